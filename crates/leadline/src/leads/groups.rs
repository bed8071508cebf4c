//! The leads of a choice in groups: how many there are in each, and what they are worth.

use std::collections::{BTreeMap, HashMap};

use store::{Engine, Sql, Tx};
use uuid::Uuid;

use crate::{
    base::{Result, text::camel_case},
    leads::{chosen::Chosen, pipelines, route},
    workspaces,
};

/// What tells the groups apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    Stage,
    Owner,
    Source,
    /// A lead is in the group of each of its tags.
    Tag,
    /// A custom field that holds a choice.
    Choice(String),
}

#[derive(Debug, Default)]
pub struct Groups {
    /// The largest first.
    pub groups: Vec<Group>,
    /// Only the first leads were looked at: there may be more in each group, and further groups.
    pub capped: bool,
    /// There are smaller groups than these.
    pub more: bool,
}

#[derive(Debug, Default)]
pub struct Group {
    /// Nothing for the leads that have none.
    pub key: Option<String>,
    /// As people write it, where that is another word.
    pub label: Option<String>,
    pub count: i64,
    /// By currency; leads without one are not in it.
    pub sums: BTreeMap<String, i64>,
}

/// Leads that are looked at.
pub const LOOKED_AT: i64 = 10_000;

const MOST_GROUPS: usize = 500;

impl By {
    pub fn parse(name: &str) -> Result<By, String> {
        match name {
            "stage" => Ok(By::Stage),
            "owner" => Ok(By::Owner),
            "source" => Ok(By::Source),
            "tag" => Ok(By::Tag),
            _ => name
                .strip_prefix("customFields.")
                .filter(|it| !it.is_empty() && it.chars().count() <= 100 && *it == camel_case(it))
                .map(|it| By::Choice(it.to_owned()))
                .ok_or_else(|| {
                    "must be stage, owner, source, tag, or customFields.<key> of a choice".into()
                }),
        }
    }
}

pub fn of(tx: &mut Tx, chosen: &Chosen, by: &By) -> Result<Groups> {
    if !chosen.is_possible() {
        return Ok(Groups::default());
    }
    let mut groups = match by {
        By::Stage | By::Owner if chosen.is_counted() => counted(tx, chosen, by)?,
        _ => looked_at(tx, chosen, by)?,
    };
    let order = |it: &Group| {
        (
            std::cmp::Reverse(it.count),
            it.key.is_none(),
            it.key.clone(),
        )
    };
    groups.groups.sort_by_key(order);
    groups.more = groups.groups.len() > MOST_GROUPS;
    groups.groups.truncate(MOST_GROUPS);
    name(tx, chosen, by, &mut groups.groups)?;
    Ok(groups)
}

/// Rows of key, label, currency, number, and the sum in two parts: whole millions, and what is left of each.
type Gathered = HashMap<Option<String>, Group>;

fn add(gathered: &mut Gathered, key: Option<String>, currency: &str, n: i64, sum: i128) {
    let group = gathered.entry(key.clone()).or_insert_with(|| Group {
        key,
        ..Group::default()
    });
    group.count += n;
    if !currency.is_empty() {
        let total = group.sums.entry(currency.to_owned()).or_default();
        let sum = i128::from(*total) + sum;
        *total = i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX });
    }
}

/// From the counters, which know stages and owners.
fn counted(tx: &mut Tx, chosen: &Chosen, by: &By) -> Result<Groups> {
    let mut sql = Sql::new("select ");
    sql.push(if *by == By::Stage { "stage_id" } else { "owner_id" })
        .push(", currency, cast(sum(n) as bigint), cast(sum(amount) as bigint) from lead_counts where workspace_id = ")
        .bind(chosen.workspace);
    chosen.push_counted(&mut sql);
    sql.push(" group by 1, 2");
    let mut gathered = Gathered::new();
    tx.fetch_each(&sql, |row| {
        let id = Some(row.uuid(0)?).filter(|it| !it.is_nil());
        let (n, sum) = (row.int(2)?, row.int(3)?);
        if n > 0 {
            add(
                &mut gathered,
                id.map(|it| it.to_string()),
                row.text(1)?,
                n,
                sum.into(),
            );
        }
        Ok(())
    })?;
    Ok(Groups {
        groups: gathered.into_values().collect(),
        ..Groups::default()
    })
}

/// Of the first rows that the shortest way leads to, those that match.
fn looked_at(tx: &mut Tx, chosen: &Chosen, by: &By) -> Result<Groups> {
    let Some(way) = route::shortest(tx, chosen)? else {
        return Ok(Groups::default());
    };
    let engine = tx.engine();
    let mut first = Sql::new("select leads.*");
    first.push(way.from(engine)).push(" where ");
    chosen.push_entry(&way, &mut first);
    first.push(" limit ");
    let rows = {
        let mut sql = Sql::new("select count(*) from (");
        sql.append(&first).bind(LOOKED_AT + 1).push(") as leads");
        let (rows,): (i64,) = tx.fetch_one(&sql)?;
        rows
    };
    let mut sql = Sql::new("select ");
    push_key(by, &mut sql);
    sql.push(
        ", coalesce(leads.currency, ''), count(*), cast(coalesce(sum(leads.value / 1000000), 0) as bigint), \
         cast(coalesce(sum(leads.value % 1000000), 0) as bigint), ",
    );
    sql.push(if *by == By::Tag {
        "min(tag.value)"
    } else {
        "null"
    })
    .push(" from (")
    .append(&first)
    .bind(LOOKED_AT)
    .push(") as leads");
    if *by == By::Tag {
        sql.push(match engine {
            Engine::Sqlite => " left join json_each(leads.tags) as tag on true",
            Engine::Postgres => {
                " left join lateral jsonb_array_elements_text(leads.tags) as tag (value) on true"
            }
        });
    }
    sql.push(" where ");
    chosen.push(engine, &route::Route::All, &mut sql);
    sql.push(" group by 1, 2");
    let mut gathered = Gathered::new();
    tx.fetch_each(&sql, |row| {
        let key = match by {
            By::Stage | By::Owner => row.opt_uuid(0)?.map(|it| it.to_string()),
            By::Source | By::Tag | By::Choice(_) => row.opt_text(0)?.map(str::to_owned),
        };
        let sum = i128::from(row.int(3)?) * 1_000_000 + i128::from(row.int(4)?);
        add(&mut gathered, key.clone(), row.text(1)?, row.int(2)?, sum);
        if *by == By::Tag
            && let (Some(label), Some(group)) = (row.opt_text(5)?, gathered.get_mut(&key))
        {
            let least = group.label.take().filter(|it| it.as_str() <= label);
            group.label = Some(least.unwrap_or_else(|| label.to_owned()));
        }
        Ok(())
    })?;
    Ok(Groups {
        groups: gathered.into_values().collect(),
        capped: rows > LOOKED_AT,
        more: false,
    })
}

fn push_key(by: &By, sql: &mut Sql) {
    match by {
        By::Stage => sql.push("leads.stage_id"),
        By::Owner => sql.push("leads.assigned_to"),
        By::Source => sql.push("leads.source"),
        By::Tag => sql.push("fold(tag.value)"),
        By::Choice(key) => sql
            .push("custom_text(leads.custom_fields, ")
            .bind(key.as_str())
            .push(")"),
    };
}

/// The names of stages and people.
fn name(tx: &mut Tx, chosen: &Chosen, by: &By, groups: &mut [Group]) -> Result<()> {
    let ids: Vec<Uuid> = groups
        .iter()
        .filter_map(|it| it.key.as_deref()?.parse().ok())
        .collect();
    let names: HashMap<Uuid, String> = match by {
        By::Stage => pipelines::stage_names(tx, chosen.workspace, &ids)?
            .into_iter()
            .collect(),
        By::Owner => workspaces::names_of(tx, ids)?.into_iter().collect(),
        _ => return Ok(()),
    };
    for group in groups {
        let id = group.key.as_deref().and_then(|it| it.parse::<Uuid>().ok());
        group.label = id.and_then(|it| names.get(&it).cloned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_groups_are_made_by() {
        assert_eq!(By::parse("stage"), Ok(By::Stage));
        assert_eq!(
            By::parse("customFields.region"),
            Ok(By::Choice("region".into()))
        );
        for bad in [
            "",
            "name",
            "customFields.",
            "customFields.a b",
            "customFields.a\"",
            "customFields",
        ] {
            assert!(By::parse(bad).is_err(), "{bad}");
        }
    }
}
