//! The people of the sample leads. None of them exists: their addresses are at domains that are reserved for examples, and
//! their numbers are from ranges that regulators keep for films and books.

/// A sample lead.
pub(super) struct Sample {
    pub name: &'static str,
    pub title: &'static str,
    pub company: &'static str,
    /// Also the id by which the sample is known again.
    pub email: &'static str,
    /// None where the country keeps no numbers for this use.
    pub phone: Option<&'static str>,
    pub source: &'static str,
    pub tags: &'static [&'static str],
    pub value: &'static str,
    pub score: i64,
    pub stands: Stands,
    pub hours_ago: i64,
    pub is_the_callers: bool,
    pub note: Option<&'static str>,
}

/// How far a sample has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// Of `FAR` parts of the way through the open stages.
    Open(usize),
    Won,
    Lost,
}

impl Stands {
    pub(super) const FAR: usize = 4;
}

use Stands::{Lost, Open, Won};

/// What most samples have in common.
const PLAIN: Sample = Sample {
    name: "",
    title: "",
    company: "",
    email: "",
    phone: None,
    source: "form",
    tags: &[],
    value: "",
    score: 0,
    stands: Open(0),
    hours_ago: 0,
    is_the_callers: false,
    note: None,
};

pub(super) const ALL: [Sample; 24] = [
    Sample {
        name: "Maya Okafor",
        title: "Head of Operations",
        company: "Kestrel Freight",
        email: "maya.okafor@kestrel-freight.example",
        phone: Some("+44 20 7946 0112"),
        tags: &["Website"],
        value: "18500",
        score: 72,
        hours_ago: 2,
        ..PLAIN
    },
    Sample {
        name: "Jonas Weber",
        title: "Managing Director",
        company: "Weber Solartechnik",
        email: "j.weber@weber-solar.example",
        phone: Some("+49 30 23125 417"),
        source: "webhook",
        tags: &["Solar", "Trade fair"],
        value: "42000",
        score: 81,
        hours_ago: 5,
        is_the_callers: true,
        note: Some("Asked for an offer for the roof of the second hall. Best reached before ten."),
        ..PLAIN
    },
    Sample {
        name: "Claire Dubois",
        title: "Marketing Manager",
        company: "Atelier Lumen",
        email: "claire.dubois@atelier-lumen.example",
        phone: Some("+33 1 99 00 42 18"),
        source: "email",
        tags: &["Newsletter"],
        value: "6400",
        score: 38,
        hours_ago: 9,
        ..PLAIN
    },
    Sample {
        name: "Ethan Brooks",
        title: "Founder",
        company: "Brookside Coffee Roasters",
        email: "ethan@brookside-coffee.example",
        phone: Some("+1 202-555-0143"),
        tags: &["Website"],
        value: "3200",
        score: 45,
        hours_ago: 21,
        ..PLAIN
    },
    Sample {
        name: "Priya Raman",
        title: "IT Director",
        company: "Indus Clinics",
        email: "priya.raman@indus-clinics.example",
        source: "api",
        tags: &["Healthcare"],
        value: "56000",
        score: 64,
        hours_ago: 26,
        ..PLAIN
    },
    Sample {
        name: "Liam Gallagher-Byrne",
        title: "Owner",
        company: "Liffey Bikes",
        email: "liam@liffey-bikes.example",
        phone: Some("+353 20 912 3456"),
        source: "manual",
        value: "2100",
        score: 22,
        hours_ago: 30,
        ..PLAIN
    },
    Sample {
        name: "Sofia Lindqvist",
        title: "Purchasing Lead",
        company: "Nordvik Timber",
        email: "sofia.lindqvist@nordvik-timber.example",
        phone: Some("+46 8 465 004 37"),
        source: "webhook",
        tags: &["Trade fair"],
        value: "31000",
        score: 58,
        stands: Open(1),
        hours_ago: 34,
        is_the_callers: true,
        note: Some("Met at the fair in Gothenburg. Wants delivery times for the spring."),
    },
    Sample {
        name: "Hugo Fernández",
        title: "Chief Financial Officer",
        company: "Alameda Foods",
        email: "hugo.fernandez@alameda-foods.example",
        source: "import",
        tags: &["Food"],
        value: "24000",
        score: 49,
        stands: Open(1),
        hours_ago: 47,
        ..PLAIN
    },
    Sample {
        name: "Olivia Chen",
        title: "Product Manager",
        company: "Harbour Light Software",
        email: "olivia.chen@harbourlight.example",
        phone: Some("+61 2 5550 4127"),
        tags: &["Website"],
        value: "12800",
        score: 67,
        stands: Open(1),
        hours_ago: 52,
        ..PLAIN
    },
    Sample {
        name: "Marek Nowak",
        title: "Workshop Manager",
        company: "Nowak Automotive",
        email: "marek@nowak-automotive.example",
        source: "email",
        value: "8700",
        score: 31,
        stands: Open(1),
        hours_ago: 58,
        ..PLAIN
    },
    Sample {
        name: "Amara Diallo",
        title: "Programme Director",
        company: "Baobab Learning",
        email: "amara.diallo@baobab-learning.example",
        tags: &["Education"],
        value: "15000",
        score: 55,
        stands: Open(1),
        hours_ago: 74,
        is_the_callers: true,
        note: Some("Left a message. Call again on Thursday afternoon."),
        ..PLAIN
    },
    Sample {
        name: "Noah Tremblay",
        title: "Facilities Manager",
        company: "Maple Ridge Hotels",
        email: "noah.tremblay@mapleridge.example",
        phone: Some("+1 416-555-0127"),
        source: "api",
        tags: &["Hospitality"],
        value: "27500",
        score: 61,
        stands: Open(2),
        hours_ago: 80,
        ..PLAIN
    },
    Sample {
        name: "Emma van Dijk",
        title: "Managing Partner",
        company: "Van Dijk Notarissen",
        email: "emma@vandijk-notarissen.example",
        source: "manual",
        tags: &["Referral"],
        value: "19000",
        score: 77,
        stands: Open(2),
        hours_ago: 95,
        is_the_callers: true,
        note: Some(
            "Came by Sofia's recommendation. Budget is approved; decides with two partners.",
        ),
        ..PLAIN
    },
    Sample {
        name: "Lucas Moreau",
        title: "Technical Buyer",
        company: "Rhône Composites",
        email: "lucas.moreau@rhone-composites.example",
        phone: Some("+33 4 65 71 22 06"),
        source: "webhook",
        tags: &["Trade fair"],
        value: "64000",
        score: 70,
        stands: Open(2),
        hours_ago: 101,
        ..PLAIN
    },
    Sample {
        name: "Hannah Fischer",
        title: "Head of Human Resources",
        company: "Fischer & Söhne",
        email: "h.fischer@fischer-soehne.example",
        phone: Some("+49 171 3920 014"),
        tags: &["Website"],
        value: "9900",
        score: 52,
        stands: Open(2),
        hours_ago: 118,
        ..PLAIN
    },
    Sample {
        name: "Kenji Watanabe",
        title: "Regional Manager",
        company: "Aoyama Instruments",
        email: "kenji.watanabe@aoyama-instruments.example",
        source: "import",
        value: "38000",
        score: 59,
        stands: Open(2),
        hours_ago: 126,
        ..PLAIN
    },
    Sample {
        name: "Isabella Rossi",
        title: "Chief Executive",
        company: "Rossi Ceramica",
        email: "isabella@rossi-ceramica.example",
        source: "manual",
        tags: &["Referral"],
        value: "72000",
        score: 88,
        stands: Open(3),
        hours_ago: 133,
        is_the_callers: true,
        note: Some("Has the offer. Asked whether payment in three parts is possible."),
        ..PLAIN
    },
    Sample {
        name: "Daniel Kim",
        title: "Operations Lead",
        company: "Cedar Point Logistics",
        email: "daniel.kim@cedarpoint.example",
        phone: Some("+1 312-555-0164"),
        source: "api",
        tags: &["Logistics"],
        value: "46500",
        score: 79,
        stands: Open(3),
        hours_ago: 142,
        ..PLAIN
    },
    Sample {
        name: "Zoë Papadakis",
        title: "Events Director",
        company: "Aegean Events",
        email: "zoe@aegean-events.example",
        tags: &["Hospitality"],
        value: "11200",
        score: 63,
        stands: Open(3),
        hours_ago: 150,
        ..PLAIN
    },
    Sample {
        name: "Thomas Whitfield",
        title: "Estate Manager",
        company: "Whitfield Estates",
        email: "t.whitfield@whitfield-estates.example",
        phone: Some("+44 7700 900 261"),
        source: "email",
        tags: &["Property"],
        value: "53000",
        score: 74,
        stands: Open(3),
        hours_ago: 163,
        ..PLAIN
    },
    Sample {
        name: "Ingrid Solberg",
        title: "Finance Manager",
        company: "Solberg Shipping",
        email: "ingrid@solberg-shipping.example",
        source: "manual",
        tags: &["Referral"],
        value: "88000",
        score: 91,
        stands: Won,
        hours_ago: 170,
        is_the_callers: true,
        note: Some("Signed. Begins on the first of the month."),
        ..PLAIN
    },
    Sample {
        name: "Mateo Silva",
        title: "Clinic Owner",
        company: "Clínica Boa Vista",
        email: "mateo.silva@boavista.example",
        source: "webhook",
        tags: &["Healthcare"],
        value: "14300",
        score: 83,
        stands: Won,
        hours_ago: 188,
        ..PLAIN
    },
    Sample {
        name: "Grace Mitchell",
        title: "Principal",
        company: "Riverside Academy",
        email: "grace.mitchell@riverside-academy.example",
        phone: Some("+1 628-555-0119"),
        tags: &["Education"],
        value: "7600",
        score: 27,
        stands: Lost,
        hours_ago: 195,
        note: Some("Went with another supplier for the price. Ask again next year."),
        ..PLAIN
    },
    Sample {
        name: "Viktor Horváth",
        title: "Plant Manager",
        company: "Tisza Packaging",
        email: "viktor.horvath@tisza-packaging.example",
        source: "import",
        value: "21000",
        score: 18,
        stands: Lost,
        hours_ago: 206,
        ..PLAIN
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::leads::{
        Amount,
        identity::{normal_email, normal_phone},
    };

    /// Ranges that no regulator gives out to anybody.
    const FOR_FICTION: [&str; 10] = [
        "+442079460",
        "+447700900",
        "+493023125",
        "+49171392001",
        "+3319900",
        "+3346571",
        "+353209",
        "+46846500",
        "+6125550",
        "+1",
    ];

    #[test]
    fn nobody_can_be_reached() {
        for it in &ALL {
            assert!(it.email.ends_with(".example"), "{}", it.email);
            assert_eq!(normal_email(it.email).as_deref(), Some(it.email));
            let Some(phone) = it.phone else { continue };
            let phone = normal_phone(phone, "").unwrap_or_else(|| panic!("{phone}"));
            let fictional = FOR_FICTION
                .iter()
                .any(|range| phone.e164.starts_with(range));
            assert!(fictional, "{}", phone.e164);
            if phone.e164.starts_with("+1") {
                assert_eq!(&phone.e164[5..10], "55501", "{}", phone.e164);
            }
        }
    }

    #[test]
    fn every_sample_is_whole_and_its_own() {
        let of = |field: fn(&Sample) -> &str| ALL.iter().map(field).collect::<HashSet<_>>().len();
        assert_eq!(of(|it| it.name), ALL.len());
        assert_eq!(of(|it| it.email), ALL.len());
        assert!(ALL.iter().all(|it| Amount::parse(it.value).is_some()));
        assert!(ALL.windows(2).all(|it| it[0].hours_ago < it[1].hours_ago));
        for stands in [Open(0), Open(1), Open(2), Open(3), Won, Lost] {
            assert!(ALL.iter().any(|it| it.stands == stands), "{stands:?}");
        }
    }
}
