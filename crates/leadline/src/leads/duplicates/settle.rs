//! Which of some leads belong together, worked out from the leads as they are now.

use std::collections::{BTreeMap, HashMap, HashSet};

use store::{Engine, Json, Sql, Tx};
use uuid::Uuid;

use super::{
    State,
    apart::{self, pair, push_in},
    groups::{self, Group},
};
use crate::{
    base::{Result, WorkspaceId},
    leads::{
        Lead,
        identity::{
            carriers,
            evidence::{self, Evidence, Traits},
            keys,
        },
        lead,
    },
};

/// Leads of one group at most: what hangs together by more is a chain of weak ties, not a person.
pub const LARGEST: usize = 50;

/// What two leads have in common must be worth this much.
const LEAST: i64 = 40;

/// What has to be written so that the groups are as they should be.
#[derive(Debug, Default)]
pub struct Plan {
    remove: Vec<Uuid>,
    put: Vec<(Group, Vec<Uuid>)>,
}

/// Two leads and what they have in common.
#[derive(Debug, Clone)]
pub struct Tie {
    pub one: Uuid,
    pub other: Uuid,
    pub confidence: i64,
    pub evidence: Vec<Evidence>,
}

impl Plan {
    pub fn is_nothing(&self) -> bool {
        self.remove.is_empty() && self.put.is_empty()
    }
}

/// Brings the groups of these leads in order. Answers whether anything was to be done.
pub fn settle(tx: &mut Tx, workspace: WorkspaceId, key: &[u8; 16], leads: &[Uuid]) -> Result<bool> {
    if tx.engine() == Engine::Postgres {
        tx.exec(POSTGRES_LOCK, &[&(LOCK_SPACE | workspace.0)])?;
    }
    let plan = plan(tx, workspace, key, leads)?;
    for id in &plan.remove {
        groups::remove(tx, workspace, *id)?;
    }
    for (group, members) in &plan.put {
        groups::put(tx, workspace, group, members)?;
    }
    Ok(!plan.is_nothing())
}

/// Two who bring groups in order take turns.
const POSTGRES_LOCK: &str = "select pg_advisory_xact_lock($1) is null";

/// "twin" in the upper half of the lock's number, the workspace in the lower.
const LOCK_SPACE: i64 = 0x7477_696e_0000_0000;

/// What is to be done, without doing it.
pub fn plan(tx: &mut Tx, workspace: WorkspaceId, key: &[u8; 16], seeds: &[Uuid]) -> Result<Plan> {
    let before = groups::of_leads(tx, workspace, seeds)?;
    let ids: Vec<Uuid> = before.iter().map(|it| it.id).collect();
    let mut former: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for (group, lead) in groups::members(tx, workspace, &ids)? {
        former.entry(group).or_default().push(lead);
    }
    let mut all: Vec<Uuid> = seeds.to_vec();
    all.extend(former.values().flatten());
    all.sort_unstable();
    all.dedup();
    all.truncate(LARGEST);
    let leads = live(tx, workspace, &all)?;
    let ties = ties(tx, workspace, key, &leads)?;
    Ok(compare(tx, &before, &former, &ties))
}

fn live(tx: &mut Tx, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Lead>> {
    let mut sql = Sql::new("select ");
    sql.push(lead::COLUMNS)
        .push(" from leads where leads.workspace_id = ")
        .bind(workspace);
    push_in(tx, &mut sql, " and leads.id", ids);
    sql.push(" and leads.deleted_at is null order by leads.id");
    Ok(tx.fetch(&sql)?)
}

/// Every two of the leads that may be one person.
pub fn ties(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &[u8; 16],
    leads: &[Lead],
) -> Result<Vec<Tie>> {
    if leads.len() < 2 {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = leads.iter().map(|it| it.id.uuid()).collect();
    let unique = keys::unique_fields(tx, workspace)?;
    let apart = apart::among(tx, workspace, &ids)?;
    let mut external = external_ids(tx, workspace, &ids)?;
    let traits: Vec<Traits> = leads
        .iter()
        .map(|it| Traits {
            external: external.remove(&it.id.uuid()).unwrap_or_default(),
            ..Traits::of_lead(it, &unique)
        })
        .collect();
    let crowded = crowded(tx, workspace, key, &traits)?;
    let mut ties = Vec::new();
    for (index, one) in traits.iter().enumerate() {
        for (further, other) in traits.iter().enumerate().skip(index + 1) {
            if apart.contains(&pair(ids[index], ids[further])) {
                continue;
            }
            let mut shared = one.shared(other);
            shared.retain(|it| !is_crowded(&crowded, one, &it.key));
            let confidence = evidence::confidence(&shared);
            if confidence >= LEAST {
                ties.push(Tie {
                    one: ids[index],
                    other: ids[further],
                    confidence,
                    evidence: shared,
                });
            }
        }
    }
    Ok(ties)
}

fn external_ids(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<String>>> {
    let mut sql = Sql::new("select lead_id, kind, value from lead_keys where workspace_id = ");
    sql.bind(workspace);
    push_in(tx, &mut sql, " and lead_id", ids);
    let rows: Vec<(Uuid, String, String)> = tx.fetch(&sql)?;
    let mut found: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (lead, kind, value) in rows {
        if keys::is_external(&kind) {
            found
                .entry(lead)
                .or_default()
                .push(format!("{kind}\n{value}"));
        }
    }
    Ok(found)
}

/// Addresses and numbers that so many leads have that they say nothing. Only those that two of these share are asked for.
fn crowded(
    tx: &mut Tx,
    workspace: WorkspaceId,
    key: &[u8; 16],
    traits: &[Traits],
) -> Result<HashSet<String>> {
    let mut crowded = HashSet::new();
    for values in [
        shared_twice(traits.iter().filter_map(|it| it.email.as_ref())),
        shared_twice(traits.iter().filter_map(|it| it.phone.as_ref())),
    ] {
        for value in values {
            if carriers::is_crowded(tx, workspace, key, value)? {
                crowded.insert(value.clone());
            }
        }
    }
    Ok(crowded)
}

fn shared_twice<'a>(values: impl Iterator<Item = &'a String>) -> Vec<&'a String> {
    let mut sorted: Vec<&String> = values.collect();
    sorted.sort_unstable();
    let mut twice: Vec<&String> = sorted
        .windows(2)
        .filter(|it| it[0] == it[1])
        .map(|it| it[0])
        .collect();
    twice.dedup();
    twice
}

fn is_crowded(crowded: &HashSet<String>, traits: &Traits, key: &str) -> bool {
    let value = match key {
        "email" => traits.email.as_ref(),
        "phone" => traits.phone.as_ref(),
        _ => None,
    };
    value.is_some_and(|it| crowded.contains(it))
}

/// What changes between the groups there were and those that the ties make.
fn compare(
    tx: &mut Tx,
    before: &[Group],
    former: &BTreeMap<Uuid, Vec<Uuid>>,
    ties: &[Tie],
) -> Plan {
    let mut plan = Plan::default();
    let mut left: Vec<&Group> = before.iter().collect();
    for members in components(ties) {
        let overlap = |it: &&Group| {
            let theirs = former.get(&it.id).map_or(&[][..], Vec::as_slice);
            theirs.iter().filter(|it| members.contains(it)).count()
        };
        let same = left
            .iter()
            .enumerate()
            .filter(|(_, it)| overlap(it) > 0)
            .max_by_key(|(_, it)| overlap(it))
            .map(|it| it.0);
        let same = same.map(|it| left.swap_remove(it));
        let had = same.and_then(|it| former.get(&it.id));
        let (confidence, evidence) = weigh(&members, ties);
        let grown = had.is_none_or(|it| members.iter().any(|lead| !it.contains(lead)));
        let state = match same {
            Some(group) if !grown => group.state.clone(),
            _ => State::Open.key().to_owned(),
        };
        if let (Some(group), Some(had)) = (same, had)
            && *had == members
            && group.confidence == confidence
            && group.evidence.0 == evidence
        {
            continue;
        }
        let group = Group {
            id: same.map_or_else(|| tx.id(), |it| it.id),
            state,
            confidence,
            size: i64::try_from(members.len()).unwrap_or(i64::MAX),
            evidence: Json(evidence),
            created_at: same.map_or_else(|| tx.now(), |it| it.created_at),
            updated_at: tx.now(),
        };
        plan.put.push((group, members));
    }
    plan.remove = left.into_iter().map(|it| it.id).collect();
    plan
}

/// Leads that hang together by ties, each group in the order of its ids.
fn components(ties: &[Tie]) -> Vec<Vec<Uuid>> {
    let mut groups: Vec<Vec<Uuid>> = Vec::new();
    for tie in ties {
        let mut joined = vec![tie.one, tie.other];
        groups.retain(|group| {
            let touches = group.contains(&tie.one) || group.contains(&tie.other);
            if touches {
                joined.extend(group);
            }
            !touches
        });
        joined.sort_unstable();
        joined.dedup();
        groups.push(joined);
    }
    groups
}

/// As sure as the least sure of its members is tied to the group at best; and every key that ties any of them.
fn weigh(members: &[Uuid], ties: &[Tie]) -> (i64, Vec<Evidence>) {
    let within: Vec<&Tie> = ties.iter().filter(|it| members.contains(&it.one)).collect();
    let best = |lead: &Uuid| {
        let own = within
            .iter()
            .filter(|it| it.one == *lead || it.other == *lead);
        own.map(|it| it.confidence).max().unwrap_or(0)
    };
    let confidence = members.iter().map(best).min().unwrap_or(0);
    let mut keys: BTreeMap<&str, i64> = BTreeMap::new();
    for it in within.iter().flat_map(|it| &it.evidence) {
        keys.entry(&it.key).or_insert(it.weight);
    }
    let mut evidence: Vec<Evidence> = keys
        .into_iter()
        .map(|(key, weight)| Evidence {
            key: key.to_owned(),
            weight,
        })
        .collect();
    evidence.sort_by_key(|it| -it.weight);
    (confidence, evidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tie(one: u128, other: u128, confidence: i64) -> Tie {
        Tie {
            one: Uuid::from_u128(one),
            other: Uuid::from_u128(other),
            confidence,
            evidence: Vec::new(),
        }
    }

    #[test]
    fn what_hangs_together_is_one_group_and_as_sure_as_its_weakest_member() {
        let ties = [tie(1, 2, 90), tie(5, 6, 45), tie(3, 4, 60), tie(2, 3, 80)];
        let mut groups = components(&ties);
        groups.sort();
        let ids = |ids: &[u128]| {
            ids.iter()
                .map(|it| Uuid::from_u128(*it))
                .collect::<Vec<_>>()
        };
        assert_eq!(groups, [ids(&[1, 2, 3, 4]), ids(&[5, 6])]);
        assert_eq!(weigh(&groups[0], &ties).0, 60);
        assert_eq!(weigh(&groups[1], &ties).0, 45);
        assert!(components(&[]).is_empty());
    }
}
