//! Tags: kept as written, told apart without case and accents, and listed lead by lead for filters.

use std::collections::BTreeMap;

use store::{Sql, Tx, Value};
use uuid::Uuid;

use crate::base::{
    Problems, WorkspaceId,
    text::{fold, tidy},
};

pub const MOST: usize = 50;
pub const LONGEST: usize = 60;

/// A lead's tags, in order, no two of which fold alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(Vec<String>);

impl Tags {
    /// Takes tags as people write them. Problems are told under `path`.
    pub fn new(
        written: impl IntoIterator<Item = String>,
        path: &str,
        problems: &mut Problems,
    ) -> Tags {
        let mut tags = Tags::default();
        let mut sent = 0;
        for tag in written {
            sent += 1;
            match tidy(&tag).map(|it| it.replace(['\n', '\t'], " ")) {
                Some(tag) if tag.chars().count() <= LONGEST => {
                    tags.add(tag);
                }
                Some(_) => problems.add(
                    path,
                    format!("holds a tag of more than {LONGEST} characters"),
                ),
                None => problems.add(path, "holds an empty tag"),
            }
        }
        if sent > MOST {
            problems.add(path, format!("holds more than {MOST} tags"));
        }
        tags
    }

    /// Tags that were kept already.
    pub fn known(tags: Vec<String>) -> Tags {
        Tags(tags)
    }

    /// Reads the column.
    pub fn from_json(json: &str) -> Tags {
        Tags(serde_json::from_str(json).unwrap_or_default())
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_else(|_| "[]".into())
    }

    /// Whether it was new.
    pub fn add(&mut self, tag: String) -> bool {
        let folded = fold(&tag);
        let new = self.0.iter().all(|it| fold(it) != folded);
        if new {
            self.0.push(tag);
        }
        new
    }

    pub fn remove(&mut self, tag: &str) -> bool {
        let folded = fold(tag);
        let before = self.0.len();
        self.0.retain(|it| fold(it) != folded);
        self.0.len() < before
    }

    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    pub fn folded(&self) -> Vec<String> {
        self.0.iter().map(|it| fold(it)).collect()
    }

    /// Those of these tags that `other` lacks.
    pub fn without(&self, other: &Tags) -> Vec<String> {
        let others = other.folded();
        self.0
            .iter()
            .filter(|it| !others.contains(&fold(it)))
            .cloned()
            .collect()
    }
}

/// Lists tags of live leads.
pub fn list(
    tx: &mut Tx,
    workspace: WorkspaceId,
    rows: &[(Uuid, Option<Uuid>, String)],
) -> store::Result<()> {
    let rows: Vec<Vec<Value>> = rows
        .iter()
        .map(|(lead, owner, tag)| {
            vec![
                workspace.0.into(),
                tag.as_str().into(),
                (*lead).into(),
                (*owner).into(),
            ]
        })
        .collect();
    tx.insert_many(
        "lead_tags",
        &["workspace_id", "tag", "lead_id", "assigned_to"],
        &rows,
    )?;
    Ok(())
}

/// Takes tags of leads off the list.
pub fn unlist(
    tx: &mut Tx,
    workspace: WorkspaceId,
    rows: impl IntoIterator<Item = (Uuid, String)>,
) -> store::Result<()> {
    for (tag, leads) in by_tag(rows) {
        let mut sql = Sql::new("delete from lead_tags where workspace_id = ");
        sql.bind(workspace)
            .push(" and tag = ")
            .bind(tag)
            .push(" and lead_id in ")
            .list(leads);
        tx.run(&sql)?;
    }
    Ok(())
}

/// Writes the new owner beside the tags of leads.
pub fn hand_over(
    tx: &mut Tx,
    workspace: WorkspaceId,
    owner: Option<Uuid>,
    rows: impl IntoIterator<Item = (Uuid, String)>,
) -> store::Result<()> {
    for (tag, leads) in by_tag(rows) {
        let mut sql = Sql::new("update lead_tags set assigned_to = ");
        sql.bind(owner)
            .push(" where workspace_id = ")
            .bind(workspace);
        sql.push(" and tag = ")
            .bind(tag)
            .push(" and lead_id in ")
            .list(leads);
        tx.run(&sql)?;
    }
    Ok(())
}

/// Always in the order of the tags, so that two units cannot wait for each other in a ring.
fn by_tag(rows: impl IntoIterator<Item = (Uuid, String)>) -> BTreeMap<String, Vec<Uuid>> {
    let mut leads: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for (lead, tag) in rows {
        leads.entry(tag).or_default().push(lead);
    }
    leads
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(written: &[&str]) -> (Tags, bool) {
        let mut problems = Problems::new();
        let tags = Tags::new(
            written.iter().map(|it| (*it).to_owned()),
            "tags",
            &mut problems,
        );
        (tags, problems.is_empty())
    }

    #[test]
    fn tags_are_kept_as_written_and_told_apart_folded() {
        let (kept, good) = tags(&[" Hot ", "hot", "Café", "CAFE", "new lead"]);
        assert!(good);
        assert_eq!(kept.as_slice(), ["Hot", "Café", "new lead"]);
        assert_eq!(kept.folded(), ["hot", "cafe", "new lead"]);
        assert_eq!(Tags::from_json(&kept.to_json()), kept);
    }

    #[test]
    fn empty_long_and_too_many_are_refused() {
        assert!(!tags(&[" "]).1);
        assert!(!tags(&[&"x".repeat(61)]).1);
        assert!(tags(&[&"ü".repeat(60)]).1);
        let many: Vec<String> = (0..51).map(|it| format!("t{it}")).collect();
        assert!(!tags(&many.iter().map(String::as_str).collect::<Vec<_>>()).1);
    }

    #[test]
    fn removing_folds_too() {
        let (mut kept, _) = tags(&["Hot", "Cold"]);
        assert!(kept.remove("HOT") && !kept.remove("HOT"));
        assert_eq!(kept.without(&Tags::default()), ["Cold"]);
    }
}
