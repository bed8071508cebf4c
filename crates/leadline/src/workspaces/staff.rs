//! What the command line does with people: the operator of the server stands above every workspace.

use std::sync::Arc;

use serde_json::json;
use store::Tx;

use super::{
    audit, authenticate, lockout,
    lockout::Doors,
    members, password, people, resets,
    roles::{self, Choice, SUPER_ADMIN},
    sessions,
    state::State,
    workspace::{self, Workspace},
};
use crate::base::{App, Error, Problems, Result, Secret, Via, WorkspaceId};

#[derive(Debug)]
pub struct NewPerson {
    pub email: String,
    pub name: String,
    /// A role's key; left out: Super Admin for the first person of a new workspace.
    pub role: Option<String>,
    pub workspace: Option<String>,
}

#[derive(Debug)]
pub struct Added {
    pub email: String,
    pub role: String,
    pub workspace: String,
    /// Where a new person without a password sets one.
    pub link: Option<Secret>,
}

/// A line of `leadline user list`.
#[derive(Debug)]
pub struct Line {
    pub email: String,
    pub name: String,
    pub workspace: String,
    pub role: String,
    pub state: &'static str,
}

/// A password as it is kept.
pub async fn hash(app: &App, password: Secret) -> Result<String> {
    app.state.get::<State>().passwords.hash(password).await
}

/// Adds a person to a workspace. Where there is none yet, it is made, and the person is its Super Admin.
pub async fn add(app: &Arc<App>, new: NewPerson, password: Option<Secret>) -> Result<Added> {
    let mut problems = Problems::new();
    let email = people::check_email(&mut problems, "email", &new.email);
    let name = people::check_name(&mut problems, "name", &new.name);
    if let Some(password) = &password {
        password::check(&mut problems, "password", password, &email);
    }
    problems.done()?;
    let hash = match password {
        Some(password) => Some(app.state.get::<State>().passwords.hash(password).await?),
        None => None,
    };
    let address = app.config.public_url();
    State::change_once(app, move |tx| {
        let person = people::by_email(tx, &email)?;
        if person.is_some() && hash.is_some() {
            let problem = "is for new people; this one has an account, see \"leadline user reset\"";
            return Err(Error::invalid("password", problem));
        }
        let (user, is_new) = match person {
            Some(person) => (person.id, false),
            None => (people::add(tx, &email, &name, hash.as_deref())?, true),
        };
        let (workspace, role) = join(tx, user, &new)?;
        let link = if is_new && hash.is_none() {
            Some(resets::offer(tx, user, &address)?.0)
        } else {
            None
        };
        Ok(Added {
            email,
            role,
            workspace,
            link,
        })
    })
    .await
}

fn join(tx: &mut Tx, user: uuid::Uuid, new: &NewPerson) -> Result<(String, String)> {
    if !workspace::is_there_any(tx)? {
        let name = new.workspace.as_deref().unwrap_or("Leadline");
        if new.role.as_deref().is_some_and(|it| it != SUPER_ADMIN) {
            return Err(Error::invalid(
                "role",
                "must be super-admin for the first person of a workspace",
            ));
        }
        let mut problems = Problems::new();
        let name = people::check_name(&mut problems, "workspace", name);
        problems.done()?;
        let id = workspace::create(tx, &name, user)?;
        record(
            tx,
            id,
            "workspace.created",
            &format!("workspace:{}", id.0),
            json!({"by": "command line"}),
        )?;
        return Ok((name, "Super Admin".into()));
    }
    let workspace = self::workspace(tx, new.workspace.as_deref())?;
    let key = new
        .role
        .clone()
        .ok_or_else(|| Error::invalid("role", "is needed, such as sales"))?;
    let role = roles::choose(
        tx,
        workspace.id,
        &Choice {
            id: None,
            key: Some(key),
        },
    )?;
    members::add(tx, workspace.id, user, role.id)?;
    record(
        tx,
        workspace.id,
        "member.added",
        &format!("user:{user}"),
        json!({"role": role.key}),
    )?;
    Ok((workspace.name, role.name))
}

/// The workspace a command is about: the one named, or the only one.
pub fn workspace(tx: &mut Tx, named: Option<&str>) -> Result<Workspace> {
    let Some(named) = named else {
        let mut all = workspace::all(tx)?;
        return match (all.pop(), all.is_empty()) {
            (Some(only), true) => Ok(only),
            (None, _) => Err(Error::invalid(
                "workspace",
                "is missing: there is none yet; see \"leadline user add\"",
            )),
            (Some(_), false) => Err(Error::invalid(
                "workspace",
                "is needed, for there are several",
            )),
        };
    };
    workspace::find(tx, named)?
        .ok_or_else(|| Error::invalid("workspace", "is not the name of one here"))
}

/// The one named, or all.
pub fn workspaces(tx: &mut Tx, named: Option<&str>) -> Result<Vec<Workspace>> {
    match named {
        Some(_) => Ok(vec![workspace(tx, named)?]),
        None => workspace::all(tx),
    }
}

pub fn list(tx: &mut Tx, named: Option<&str>) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for workspace in workspaces(tx, named)? {
        for member in members::all(tx, workspace.id)? {
            lines.push(Line {
                role: roles::get(tx, workspace.id, member.role_id)?.name,
                email: member.email,
                name: member.name,
                workspace: workspace.name.clone(),
                state: if member.active { "active" } else { "disabled" },
            });
        }
    }
    Ok(lines)
}

/// Switches a person off where he is a member and ends his sessions there.
pub fn disable(tx: &mut Tx, email: &str, named: Option<&str>) -> Result<()> {
    let user = person(tx, email)?;
    let workspaces = match named {
        Some(_) => vec![workspace(tx, named)?.id],
        None => people::workspaces_of(tx, user)?,
    };
    for workspace in workspaces {
        members::set_active(tx, workspace, user, false)?;
        sessions::end_in(tx, user, workspace)?;
        record(
            tx,
            workspace,
            "member.changed",
            &format!("user:{user}"),
            json!({"after": {"active": false}}),
        )?;
    }
    Ok(())
}

/// A link to set a new password; it opens a door that failures have shut, too.
pub fn reset(tx: &mut Tx, email: &str, public_url: &str) -> Result<Secret> {
    let user = person(tx, email)?;
    lockout::forgive(tx, &Doors::of_account(email))?;
    let (link, expires_at) = resets::offer(tx, user, public_url)?;
    for workspace in people::workspaces_of(tx, user)? {
        let data = json!({"expiresAt": expires_at});
        record(
            tx,
            workspace,
            "password.reset_offered",
            &format!("user:{user}"),
            data,
        )?;
    }
    Ok(link)
}

fn person(tx: &mut Tx, email: &str) -> Result<uuid::Uuid> {
    let person = people::by_email(tx, email)?;
    person
        .map(|it| it.id)
        .ok_or_else(|| Error::invalid("email", "is nobody's here"))
}

fn record(
    tx: &mut Tx,
    workspace: WorkspaceId,
    action: &str,
    target: &str,
    data: serde_json::Value,
) -> Result<()> {
    let caller = authenticate::system_caller(tx, workspace, Via::CommandLine)?;
    audit::record(tx, &caller, action, target, data)
}
