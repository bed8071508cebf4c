//! What conditions are bound with: whose "me" is, when "today" is, what the custom fields hold, which stages are won.

use store::{Timestamp, Tx};
use uuid::Uuid;

use super::{
    condition::Condition,
    field::{Core, Field},
    moments::Now,
};
use crate::{
    base::{Caller, Result},
    leads::fields,
    workspaces,
};

#[derive(Debug, Clone)]
pub struct Around {
    /// The person who looks; a key is nobody.
    pub user: Option<Uuid>,
    /// That person and everybody in a team with them.
    pub team: Vec<Uuid>,
    pub now: Now,
    pub fields: Vec<fields::Field>,
    /// Every stage with its type.
    pub stages: Vec<(Uuid, String)>,
}

impl Around {
    /// Reads what these conditions need, and nothing else.
    pub fn load(
        tx: &mut Tx,
        caller: &Caller,
        at: Timestamp,
        condition: &Condition,
    ) -> Result<Around> {
        let tests = condition.tests();
        let asks = |core: Core| tests.iter().any(|it| it.field == Field::Core(core));
        let asks_custom = tests.iter().any(|it| matches!(it.field, Field::Custom(_)));
        let asks_time = asks_custom
            || [
                Core::Created,
                Core::Updated,
                Core::StageChanged,
                Core::Converted,
                Core::LastSubmission,
            ]
            .into_iter()
            .any(asks);
        let workspace = caller.workspace;
        let zone = if asks_time {
            workspaces::settings(tx, workspace)?.time_zone
        } else {
            "UTC".to_owned()
        };
        let team = match caller.user() {
            Some(user) if asks(Core::Owner) => workspaces::team_of(tx, workspace, user)?,
            _ => Vec::new(),
        };
        let stages = if asks(Core::StageType) {
            tx.all(
                "select id, type from lead_pipeline_stages where workspace_id = $1 order by id",
                &[&workspace],
            )?
        } else {
            Vec::new()
        };
        let fields = if asks_custom {
            fields::all(tx, workspace)?
        } else {
            Vec::new()
        };
        Ok(Around {
            user: caller.user(),
            team,
            now: Now::new(at, &zone),
            fields,
            stages,
        })
    }
}
