//! What happens to the made-up leads from day to day.

use std::collections::BTreeMap;

use store::Tx;
use uuid::Uuid;

use super::{dice::Dice, people};
use crate::{
    base::{Actor, Caller, Result, Scope},
    leads::{
        crowd::{self, Landing},
        fields::Field,
        find::{self, Among, For},
        notes,
        pipelines::{Pipeline, StageKind},
        tags::Tags,
        write::{self, By, NewLead, Place},
    },
};

/// A step in a lead's life that is still to come.
#[derive(Debug, Clone, Copy)]
enum Step {
    Assign(Uuid),
    Move(Place),
    Note(&'static str),
    Tag(&'static str),
    Delete,
}

#[derive(Debug)]
pub struct History {
    pub dice: Dice,
    pub pipelines: Vec<Pipeline>,
    pub fields: Vec<Field>,
    pub sellers: Vec<Uuid>,
    pub marketer: Uuid,
    /// What is to be done, by the turn in which it is.
    ahead: BTreeMap<i64, Vec<(Uuid, Uuid, Step)>>,
}

/// Turns in a day.
pub const TURNS: i64 = 5;

const NOTES: [&str; 14] = [
    "Called, left a message on the machine.",
    "Spoke for ten minutes: interested, wants to see prices for three seats and for ten.",
    "Asked to be called back after the holidays.",
    "Sent the brochure and the case study.",
    "Decision is made together with the head of finance; offered a short call with both.",
    "Uses a spreadsheet today and loses track of who called whom.",
    "Wants a data-processing agreement before the trial.",
    "Budget is approved for next quarter.",
    "Compared us with two others; likes the board best.",
    "Asked for an invoice in euros.",
    "Came to the stand at the trade fair, left a card.",
    "The number in the form has a digit too many, found the right one on the website.",
    "Trial is running; first feedback is good.",
    "Will not go on this year, stays on the newsletter.",
];

impl History {
    pub fn new(
        dice: Dice,
        pipelines: Vec<Pipeline>,
        fields: Vec<Field>,
        sellers: Vec<Uuid>,
        marketer: Uuid,
    ) -> History {
        History {
            dice,
            pipelines,
            fields,
            sellers,
            marketer,
            ahead: BTreeMap::new(),
        }
    }

    /// Lets `count` leads come in and does what is due. One unit of work.
    pub fn turn(&mut self, tx: &mut Tx, system: &Caller, turn: i64, count: usize) -> Result<()> {
        self.arrive(tx, system, turn, count)?;
        for (lead, person, step) in self.ahead.remove(&turn).unwrap_or_default() {
            let caller = Caller {
                actor: Actor::User(person),
                scope: Scope::All,
                ..system.clone()
            };
            perform(tx, &caller, lead, step)?;
        }
        Ok(())
    }

    fn arrive(&mut self, tx: &mut Tx, system: &Caller, turn: i64, count: usize) -> Result<()> {
        let mut new: Vec<NewLead> = Vec::with_capacity(count);
        let mut chosen = Vec::with_capacity(count);
        for index in 0..count {
            let pipeline = *self.dice.weighted(&[(0, 80), (1, 9), (2, 11)]);
            // Spread over the hours before the turn.
            let at = tx.now().0
                - i64::try_from(count - index).unwrap_or(0) * self.dice.between(20_000, 900_000);
            let place = first(&self.pipelines[pipeline]);
            new.push(people::lead(
                &mut self.dice,
                &self.fields,
                place,
                store::Timestamp(at),
            ));
            chosen.push(pipeline);
        }
        let by = By {
            actor: Actor::System,
            ..By::from(system)
        };
        let leads = write::insert_many(tx, &by, new)?;
        for (lead, pipeline) in leads.iter().zip(chosen) {
            self.plan(lead.id.uuid(), pipeline, turn);
        }
        Ok(())
    }

    /// Thinks up a life: who works on the lead, how far it comes, and when.
    fn plan(&mut self, lead: Uuid, pipeline: usize, arrived: i64) {
        let mut turn = arrived + self.dice.between(1, 2 * TURNS);
        let seller = *self.dice.weighted(&weights(&self.sellers));
        if self.dice.percent(4) {
            let later = turn + self.dice.between(TURNS, 20 * TURNS);
            self.put(later, lead, self.marketer, Step::Delete);
            return;
        }
        if !self.dice.percent(88) {
            return;
        }
        let giver = if self.dice.percent(70) {
            self.marketer
        } else {
            seller
        };
        self.put(turn, lead, giver, Step::Assign(seller));
        let (open, won, lost) = stages(&self.pipelines[pipeline]);
        for stage in open.into_iter().skip(1) {
            turn += self.dice.between(2, 9 * TURNS);
            if self.dice.percent(55) {
                let note = *self.dice.pick(&NOTES);
                self.put(turn, lead, seller, Step::Note(note));
            }
            // Some rest for ever, some are lost on the way.
            match self.dice.below(100) {
                0..24 => return,
                24..34 => return self.put(turn, lead, seller, Step::Move(lost)),
                _ => self.put(turn, lead, seller, Step::Move(stage)),
            }
            if self.dice.percent(12) {
                let tag = *self
                    .dice
                    .pick(&["hot", "call back", "demo requested", "long term"]);
                self.put(turn, lead, seller, Step::Tag(tag));
            }
        }
        turn += self.dice.between(3, 12 * TURNS);
        let end = if self.dice.percent(58) { won } else { lost };
        self.put(turn, lead, seller, Step::Move(end));
    }

    fn put(&mut self, turn: i64, lead: Uuid, person: Uuid, step: Step) {
        self.ahead
            .entry(turn)
            .or_default()
            .push((lead, person, step));
    }
}

fn perform(tx: &mut Tx, caller: &Caller, lead: Uuid, step: Step) -> Result<()> {
    let by = By::action(tx, caller);
    let leads = find::some(
        tx,
        caller.workspace,
        &Scope::All,
        &[lead],
        Among::Live,
        For::Writing,
    )?;
    let Some(lead) = leads.first() else {
        return Ok(());
    };
    match step {
        Step::Assign(owner) => crowd::assign_all(tx, &by, &leads, Some(owner)).map(drop),
        Step::Move(place) => crowd::move_all(tx, &by, &leads, place, Landing::Top).map(drop),
        Step::Note(text) => notes::add(tx, caller, &by, lead, text, None).map(drop),
        Step::Delete => crowd::delete_all(tx, &by, &leads).map(drop),
        Step::Tag(tag) => {
            let mut tags = Tags::default();
            tags.add(tag.to_owned());
            crowd::tag_all(tx, &by, &leads, &tags, &Tags::default()).map(drop)
        }
    }
}

/// The first people are the busiest.
fn weights(people: &[Uuid]) -> Vec<(Uuid, u64)> {
    people
        .iter()
        .enumerate()
        .map(|(index, it)| (*it, 40 / (index as u64 + 1)))
        .collect()
}

fn first(pipeline: &Pipeline) -> Place {
    Place {
        pipeline: pipeline.id,
        stage: pipeline.stages[0].id,
    }
}

fn stages(pipeline: &Pipeline) -> (Vec<Place>, Place, Place) {
    let place = |kind: StageKind| {
        let of_kind = pipeline.stages.iter().filter(move |it| it.kind == kind);
        of_kind
            .map(|it| Place {
                pipeline: pipeline.id,
                stage: it.id,
            })
            .collect::<Vec<_>>()
    };
    let last = |kind: StageKind| {
        place(kind)
            .last()
            .copied()
            .unwrap_or_else(|| first(pipeline))
    };
    (
        place(StageKind::Open),
        last(StageKind::Won),
        last(StageKind::Lost),
    )
}
