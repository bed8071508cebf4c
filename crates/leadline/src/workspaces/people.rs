//! Accounts: a person has one, whatever the number of workspaces.

use std::collections::HashMap;

use email_address::EmailAddress;
use store::{Sql, Timestamp, Tx};
use uuid::Uuid;

use crate::base::{Error, Problems, Result, text};

#[derive(Debug, Clone)]
pub struct Person {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub password_hash: Option<String>,
    pub created_at: Timestamp,
}
store::row!(Person {
    id,
    email,
    name,
    password_hash,
    created_at
});

/// How an address is kept and compared here.
pub fn normal_email(text: &str) -> String {
    let visible = text.chars().filter(|it| !it.is_control());
    visible.collect::<String>().trim().to_lowercase()
}

/// Adds what is wrong with an account's address to `problems`; answers it as it is kept.
pub fn check_email(problems: &mut Problems, field: &str, text: &str) -> String {
    let email = normal_email(text);
    if email.len() > 254
        || !EmailAddress::is_valid(&email)
        || text
            .trim()
            .chars()
            .any(|it| it.is_whitespace() || it.is_control())
    {
        problems.add(field, "is not an e-mail address");
    }
    email
}

/// Adds what is wrong with a name to `problems`; answers it tidied.
pub fn check_name(problems: &mut Problems, field: &str, name: &str) -> String {
    let name = text::tidy(name).unwrap_or_default();
    match name.chars().count() {
        0 => problems.add(field, "must not be empty"),
        1..=120 if !name.contains('\n') => {}
        1..=120 => problems.add(field, "must be one line"),
        _ => problems.add(field, "must be at most 120 characters long"),
    }
    name
}

pub fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Person>> {
    Ok(tx.opt(
        "select id, email, name, password_hash, created_at from users where email = $1",
        &[&email],
    )?)
}

pub fn by_id(tx: &mut Tx, id: Uuid) -> Result<Person> {
    tx.opt(
        "select id, email, name, password_hash, created_at from users where id = $1",
        &[&id],
    )?
    .ok_or(Error::NotFound("person"))
}

/// A new account. Without a password nobody signs in until a link has set one.
pub fn add(tx: &mut Tx, email: &str, name: &str, password_hash: Option<&str>) -> Result<Uuid> {
    let (id, now) = (tx.id(), tx.now());
    let added = tx.exec(
        "insert into users (id, email, name, password_hash, created_at) values ($1, $2, $3, $4, $5)
         on conflict (email) do nothing",
        &[&id, &email, &name, &password_hash, &now],
    )?;
    if added == 0 {
        return Err(Error::conflict(
            "email_taken",
            "There is an account with this e-mail address already.",
        ));
    }
    Ok(id)
}

pub(super) fn rename(tx: &mut Tx, user: Uuid, name: &str) -> Result<()> {
    tx.exec("update users set name = $2 where id = $1", &[&user, &name])?;
    Ok(())
}

pub(super) fn set_password(tx: &mut Tx, user: Uuid, password_hash: &str) -> Result<()> {
    tx.exec(
        "update users set password_hash = $2 where id = $1",
        &[&user, &password_hash],
    )?;
    Ok(())
}

pub fn name_of(tx: &mut Tx, user: Uuid) -> Result<Option<String>> {
    Ok(tx
        .opt::<(String,)>("select name from users where id = $1", &[&user])?
        .map(|it| it.0))
}

/// Names of many at once, for lists.
pub fn names_of(
    tx: &mut Tx,
    users: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>> {
    let mut sql = Sql::new("select id, name from users where id in ");
    sql.list(users);
    Ok(tx.fetch::<(Uuid, String)>(&sql)?.into_iter().collect())
}

/// The workspaces in which this person is active, oldest first.
pub(super) fn workspaces_of(tx: &mut Tx, user: Uuid) -> Result<Vec<crate::base::WorkspaceId>> {
    let rows = tx.all::<(crate::base::WorkspaceId,)>(
        "select w.id from members m join workspaces w on w.id = m.workspace_id
         where m.user_id = $1 and m.active order by m.created_at, w.id",
        &[&user],
    )?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case() {
        let mut problems = Problems::new();
        assert_eq!(
            check_email(&mut problems, "email", " Ada@Example.ORG "),
            "ada@example.org"
        );
        assert!(problems.is_empty());
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "a da@example.org",
            "ada@example.org\nx",
        ] {
            let mut problems = Problems::new();
            check_email(&mut problems, "email", bad);
            assert!(!problems.is_empty(), "{bad:?}");
        }
    }

    #[test]
    fn names_are_one_tidy_line() {
        let check = |name: &str| {
            let mut problems = Problems::new();
            let name = check_name(&mut problems, "name", name);
            problems.is_empty().then_some(name)
        };
        assert_eq!(check("  Ada Lovelace "), Some("Ada Lovelace".into()));
        assert_eq!(check("  \u{0} "), None);
        assert_eq!(check("a\nb"), None);
        assert_eq!(check(&"x".repeat(121)), None);
    }
}
