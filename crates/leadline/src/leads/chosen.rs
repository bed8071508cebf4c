//! A filter in a caller's hands: what it asks for and what the caller may see, as conditions on rows of `leads`.

use std::{sync::Arc, time::Duration};

use store::{Engine, Sql, Timestamp, Tx};
use uuid::Uuid;

use crate::{
    base::{Caller, Result, Scope, WorkspaceId, text::fold},
    leads::{
        filter::{self, CustomField, Filter, Place, Rule, Span},
        identity,
        route::Route,
    },
};

#[derive(Debug, Clone)]
pub struct Chosen {
    pub workspace: WorkspaceId,
    pub scope: Scope,
    pub filter: Filter,
    /// As `lead_tags` holds them.
    pub tags: Vec<String>,
    /// Leads of this person, or (inside) of nobody.
    pub owner: Option<Option<Uuid>>,
    pub email_hash: Option<i64>,
    pub phone_hash: Option<i64>,
    /// Only leads from this id on: what is too expensive to look for everywhere.
    pub since: Option<Uuid>,
    /// What no flat fact says.
    pub rule: Option<Arc<Rule>>,
    /// The filter's fingerprint, as it was asked for.
    pub asked: String,
}

/// An id is made when its lead is, but the process' ids never go back when its clock does.
const CLOCK_STEPS_BACK: Duration = Duration::from_mins(10);

impl Chosen {
    /// The choice as this caller means it now.
    pub fn bind(tx: &mut Tx, filter: Filter, caller: &Caller) -> Result<Chosen> {
        let now = tx.now();
        Chosen::bind_at(tx, filter, caller, now)
    }

    /// The choice as this caller meant it at a time: what is relative to the day is not the same the day after.
    pub fn bind_at(tx: &mut Tx, filter: Filter, caller: &Caller, at: Timestamp) -> Result<Chosen> {
        let rule = filter.bind(tx, caller, at)?;
        let asked = filter.fingerprint();
        let owner = filter.owner.map(|it| it.resolve(caller)).transpose()?;
        let mut tags: Vec<String> = filter.tags.iter().map(|it| fold(it)).collect();
        tags.sort();
        tags.dedup();
        let mut chosen = Chosen {
            workspace: caller.workspace,
            scope: caller.scope.clone(),
            filter,
            tags,
            owner,
            email_hash: None,
            phone_hash: None,
            since: None,
            rule: None,
            asked,
        };
        chosen.rule = filter::hoist(rule, &mut chosen).map(Arc::new);
        let (key, filter) = (&caller.identity_key, &chosen.filter);
        chosen.email_hash = filter
            .email
            .as_deref()
            .map(|it| identity::email_hash(key, it));
        chosen.phone_hash = filter
            .phone
            .as_deref()
            .map(|it| identity::phone_hash(key, it));
        Ok(chosen)
    }

    /// The one person whose leads these are.
    pub fn only_owner(&self) -> Option<Uuid> {
        match (self.owner, &self.scope) {
            (Some(owner), _) => owner,
            (None, Scope::Own(user)) => Some(*user),
            (None, _) => None,
        }
    }

    /// Whether the caller can see any lead like that, whatever is in the tables.
    pub fn is_possible(&self) -> bool {
        match self.owner {
            None => self.scope != Scope::None,
            // Under the zero id the counters keep what is nobody's.
            Some(owner) => owner != Some(Uuid::nil()) && self.scope.admits(owner),
        }
    }

    /// Whether stage, pipeline, owner and scope say everything, so that the counters know the number.
    pub fn is_counted(&self) -> bool {
        let Filter {
            search,
            source,
            tags,
            score,
            value,
            created,
            updated,
            email,
            phone,
            converted,
            deleted,
            custom,
            ..
        } = &self.filter;
        let rows = search.is_none()
            && source.is_none()
            && email.is_none()
            && phone.is_none()
            && converted.is_none();
        let spans = score.is_open() && value.is_open() && created.is_open() && updated.is_open();
        let said = tags.is_empty() && self.tags.is_empty() && custom.is_empty();
        rows && spans && said && !deleted && self.rule.is_none()
    }

    /// Whether every live lead is chosen.
    pub fn is_everything(&self) -> bool {
        self.is_counted()
            && self.scope == Scope::All
            && self.owner.is_none()
            && self.filter.stage.is_none()
    }

    /// Whether something is looked for that no index helps to find.
    pub fn has_hard_term(&self, engine: Engine) -> bool {
        self.filter
            .search
            .as_ref()
            .is_some_and(|it| !it.has_grams(engine))
    }

    /// Whether the index of `route` alone tells which leads are chosen.
    pub fn is_said_by(&self, route: &Route) -> bool {
        let mut rest = self.clone();
        match route {
            Route::Source => rest.filter.source = None,
            Route::Tag(index) => drop(rest.tags.remove(*index)),
            _ => {}
        }
        let owner_is_beside = matches!(route, Route::Tag(_) | Route::Owner);
        let owner_is_free = self.owner.is_none() && self.scope == Scope::All;
        let places = self.filter.stage.is_none() && self.filter.pipeline.is_none();
        rest.filter.tags.clone_from(&rest.tags);
        rest.is_counted()
            && places
            && (owner_is_free || owner_is_beside && !matches!(self.scope, Scope::Team(_)))
    }

    /// The conditions on the counters of a choice that [is counted](Chosen::is_counted).
    pub fn push_counted(&self, sql: &mut Sql) {
        self.scope.push(sql, "owner_id");
        if let Some(owner) = self.owner {
            sql.push(" and owner_id = ").bind(owner.unwrap_or_default());
        }
        if !self.is_possible() {
            sql.push(" and false");
        }
        if let Some(stage) = self.filter.stage {
            sql.push(" and stage_id = ").bind(stage);
        }
        if let Some(pipeline) = self.filter.pipeline {
            sql.push(" and stage_id in (select id from lead_pipeline_stages where workspace_id = ");
            sql.bind(self.workspace)
                .push(" and pipeline_id = ")
                .bind(pipeline)
                .push(")");
        }
    }

    /// Scope and owner, on a table other than `leads`.
    pub fn push_owner(&self, column: &'static str, sql: &mut Sql) {
        self.scope.push(sql, column);
        match self.owner {
            Some(Some(user)) => drop(sql.push(" and ").push(column).push(" = ").bind(user)),
            Some(None) => drop(sql.push(" and ").push(column).push(" is null")),
            None => {}
        }
    }

    /// The conditions that make `route` the way, and no other.
    pub fn push_entry(&self, route: &Route, sql: &mut Sql) {
        let mut entry = Chosen {
            tags: Vec::new(),
            filter: Filter::default(),
            scope: Scope::All,
            owner: None,
            rule: None,
            ..self.clone()
        };
        (entry.email_hash, entry.phone_hash) = (None, None);
        entry.filter.deleted = self.filter.deleted;
        match route {
            Route::Owner => entry.owner = self.only_owner().map(Some),
            Route::Team => entry.scope = self.scope.clone(),
            Route::Source => entry.filter.source.clone_from(&self.filter.source),
            Route::Tag(_) => entry.tags.clone_from(&self.tags),
            Route::Email | Route::Phone => {
                (entry.email_hash, entry.phone_hash) = (self.email_hash, self.phone_hash);
                entry.filter.email.clone_from(&self.filter.email);
                entry.filter.phone.clone_from(&self.filter.phone);
            }
            Route::All | Route::Stages(_) | Route::EachStage | Route::Trash | Route::Search => {}
        }
        entry.push(Engine::Sqlite, route, sql);
    }

    /// The conditions, beginning with the first one, for rows that `route` leads to.
    pub fn push(&self, engine: Engine, route: &Route, sql: &mut Sql) {
        sql.push("leads.workspace_id = ").bind(self.workspace);
        sql.push(if self.filter.deleted {
            " and leads.deleted_at is not null"
        } else {
            " and leads.deleted_at is null"
        });
        self.scope.push(sql, "leads.assigned_to");
        self.push_places(route, sql);
        self.push_identity(sql);
        self.push_times(route.id_column(), sql);
        push_span(sql, "leads.score", self.filter.score);
        push_span(sql, "leads.value", self.filter.value);
        match self.filter.converted {
            Some(true) => drop(sql.push(" and leads.converted_at is not null")),
            Some(false) => drop(sql.push(" and leads.converted_at is null")),
            None => {}
        }
        self.push_tags(engine, route, sql);
        for field in &self.filter.custom {
            push_custom(engine, field, sql);
        }
        self.push_search(engine, route, sql);
        if let Some(rule) = &self.rule {
            sql.push(" and ");
            let place = Place {
                engine,
                workspace: self.workspace,
                trash: self.filter.deleted,
            };
            rule.push(place, sql);
        }
    }

    fn push_places(&self, route: &Route, sql: &mut Sql) {
        match self.owner {
            Some(Some(user)) => drop(sql.push(" and leads.assigned_to = ").bind(user)),
            Some(None) => drop(sql.push(" and leads.assigned_to is null")),
            None => {}
        }
        if let Some(source) = &self.filter.source {
            sql.push(" and leads.source = ").bind(source.as_str());
        }
        match (route, self.filter.stage) {
            (Route::Stages(stages), _) => drop(
                sql.push(" and leads.stage_id in ")
                    .list(stages.iter().copied()),
            ),
            (Route::EachStage, _) => drop(sql.push(" and leads.stage_id = stages.id")),
            (_, Some(stage)) => drop(sql.push(" and leads.stage_id = ").bind(stage)),
            (_, None) => {}
        }
        if let Some(pipeline) = self.filter.pipeline {
            sql.push(" and leads.pipeline_id = ").bind(pipeline);
        }
    }

    /// The hash finds, the value decides.
    fn push_identity(&self, sql: &mut Sql) {
        if let (Some(hash), Some(email)) = (self.email_hash, &self.filter.email) {
            sql.push(" and leads.email_hash = ")
                .bind(hash)
                .push(" and leads.email = ")
                .bind(email.as_str());
        }
        if let (Some(hash), Some(phone)) = (self.phone_hash, &self.filter.phone) {
            sql.push(" and leads.phone_hash = ")
                .bind(hash)
                .push(" and leads.phone = ")
                .bind(phone.as_str());
        }
    }

    /// Times of making also bound the ids, which the indexes are in the order of.
    fn push_times(&self, id_column: &'static str, sql: &mut Sql) {
        if let Some(since) = self.since {
            sql.push(" and ").push(id_column).push(" >= ").bind(since);
        }
        let Filter {
            created, updated, ..
        } = &self.filter;
        if let Some(least) = created.least {
            sql.push(" and ")
                .push(id_column)
                .push(" >= ")
                .bind(first_id(least));
            sql.push(" and leads.created_at >= ").bind(least);
        }
        if let Some(most) = created.most {
            sql.push(" and ")
                .push(id_column)
                .push(" < ")
                .bind(first_id(most.plus(CLOCK_STEPS_BACK)));
            sql.push(" and leads.created_at < ").bind(most);
        }
        if let Some(least) = updated.least {
            sql.push(" and leads.updated_at >= ").bind(least);
        }
        if let Some(most) = updated.most {
            sql.push(" and leads.updated_at < ").bind(most);
        }
    }

    fn push_tags(&self, engine: Engine, route: &Route, sql: &mut Sql) {
        for (index, tag) in self.tags.iter().enumerate() {
            if *route == Route::Tag(index) {
                sql.push(" and lead_tags.workspace_id = ")
                    .bind(self.workspace);
                sql.push(" and lead_tags.tag = ").bind(tag.as_str());
                if let Some(owner) = self.only_owner() {
                    sql.push(" and lead_tags.assigned_to = ").bind(owner);
                }
            } else if self.filter.deleted {
                // What is in the trash is not listed by tag.
                let each = match engine {
                    Engine::Sqlite => "json_each(leads.tags)",
                    Engine::Postgres => "jsonb_array_elements_text(leads.tags) as tag(value)",
                };
                sql.push(" and exists (select 1 from ")
                    .push(each)
                    .push(" where fold(value) = ")
                    .bind(tag.as_str());
                sql.push(")");
            } else {
                sql.push(
                    " and exists (select 1 from lead_tags as other where other.workspace_id = ",
                );
                sql.bind(self.workspace)
                    .push(" and other.tag = ")
                    .bind(tag.as_str());
                sql.push(" and other.lead_id = leads.id)");
            }
        }
    }

    fn push_search(&self, engine: Engine, route: &Route, sql: &mut Sql) {
        let Some(term) = &self.filter.search else {
            return;
        };
        match (route, engine) {
            (Route::Search, Engine::Sqlite) => {
                sql.push(" and leads_search match ").bind(term.fts_query());
                term.push(engine, sql);
            }
            (Route::Search, Engine::Postgres) => term.push_indexed(sql),
            _ => term.push(engine, sql),
        }
    }
}

/// The least id a lead made at this time can have.
fn first_id(at: Timestamp) -> Uuid {
    let ms = u128::try_from(at.0.clamp(0, 0xFFFF_FFFF_FFFF)).unwrap_or(0);
    Uuid::from_u128(ms << 80)
}

fn push_span(sql: &mut Sql, column: &'static str, span: Span<i64>) {
    if let Some(least) = span.least {
        sql.push(" and ").push(column).push(" >= ").bind(least);
    }
    if let Some(most) = span.most {
        sql.push(" and ").push(column).push(" <= ").bind(most);
    }
}

/// Compares the value's JSON with what was asked for, as text and as a number or truth value; or a list's members with it.
fn push_custom(engine: Engine, field: &CustomField, sql: &mut Sql) {
    let text = serde_json::Value::from(field.value.as_str()).to_string();
    let key = match engine {
        Engine::Sqlite => format!("$.\"{}\"", field.key),
        Engine::Postgres => field.key.clone(),
    };
    sql.push(" and cast(leads.custom_fields -> cast(")
        .bind(key)
        .push(" as text) as text) in ");
    sql.list([text, field.value.clone()]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_made_at_a_time_are_not_below_its_first() {
        let at = Timestamp(1_769_860_800_000);
        let made = Uuid::parse_str("019c13ec-9e00-7000-8000-000000000000").unwrap();
        assert!(first_id(at) <= made && made < first_id(Timestamp(at.0 + 1)));
        assert_eq!(first_id(Timestamp(-5)), Uuid::nil());
    }
}
