//! Passwords: what is good enough, and how they are kept.

use std::{sync::LazyLock, time::Duration};

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier, password_hash::SaltString};
use tokio::sync::Semaphore;

use crate::base::{Error, Problems, Result, Secret, secret};

const SHORTEST: usize = 10;
const LONGEST: usize = 200;

/// How long a request waits for its turn before it is told to come back.
const PATIENCE: Duration = Duration::from_secs(10);

/// The turnstile before hashing. Each hash takes 19 MiB and tens of milliseconds by design; a flood of sign-ins waits
/// here rather than taking the machine's memory and every core.
pub(super) struct Passwords {
    turns: Semaphore,
}

impl Passwords {
    pub(super) fn new() -> Passwords {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Passwords {
            turns: Semaphore::new(cores.clamp(1, 4)),
        }
    }

    /// The text to keep of a password: argon2id with its parameters and a salt of its own.
    pub(super) async fn hash(&self, password: Secret) -> Result<String> {
        self.take_turn(move || {
            let salt = SaltString::encode_b64(&secret::random::<16>())
                .map_err(|err| Error::Internal(format!("no salt: {err}")))?;
            let hash = Argon2::default().hash_password(password.expose().as_bytes(), &salt);
            hash.map(|it| it.to_string())
                .map_err(|err| Error::Internal(format!("hashing a password: {err}")))
        })
        .await
    }

    /// Whether the password is the kept one. Where nothing is kept the same work is done for nothing, so that the time
    /// it takes does not tell whether an address is known here.
    pub(super) async fn verify(&self, password: Secret, kept: Option<String>) -> Result<bool> {
        self.take_turn(move || {
            let known = kept.is_some();
            let kept = kept.as_deref().unwrap_or(NOBODYS);
            let kept = PasswordHash::new(kept)
                .map_err(|err| Error::Internal(format!("a kept password: {err}")))?;
            let right = Argon2::default()
                .verify_password(password.expose().as_bytes(), &kept)
                .is_ok();
            Ok(right && known)
        })
        .await
    }

    async fn take_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _turn = tokio::time::timeout(PATIENCE, self.turns.acquire())
            .await
            .map_err(|_| Error::Unavailable("too many passwords are being checked".into()))?
            .map_err(|_| Error::Unavailable("the server is stopping".into()))?;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|err| Error::Internal(format!("checking a password broke off: {err}")))?
    }
}

/// Adds what is wrong with a new password to `problems`, under `field`.
pub fn check(problems: &mut Problems, field: &str, password: &Secret, email: &str) {
    let password = password.expose();
    let folded = password.to_lowercase();
    let person = email.split('@').next().unwrap_or_default();
    if password.chars().count() < SHORTEST {
        problems.add(
            field,
            format!("must be at least {SHORTEST} characters long"),
        );
    } else if password.len() > LONGEST {
        problems.add(field, format!("must be at most {LONGEST} bytes long"));
    } else if folded == email
        || (!person.is_empty() && folded.trim_end_matches(|it: char| !it.is_alphabetic()) == person)
    {
        problems.add(field, "must not be the e-mail address or the name in it");
    } else if is_common(&folded) {
        problems.add(field, "is one of the passwords that are tried first");
    }
}

fn is_common(folded: &str) -> bool {
    let mut letters = folded.chars();
    let first = letters.next();
    letters.all(|it| Some(it) == first) || COMMON.contains(folded)
}

/// Long enough for the rule above and known to everybody all the same.
static COMMON: LazyLock<std::collections::HashSet<&'static str>> = LazyLock::new(|| {
    "1234567890 0123456789 12345678910 123456789012 1234567891 0987654321 9876543210 1q2w3e4r5t 1q2w3e4r5t6y \
     1qaz2wsx3edc qwertyuiop qwerty12345 qwerty123456 qwertyuiop123 asdfghjkl; asdfghjkl1 qwertzuiop zaq12wsxcde3 \
     password12 password123 password1234 password12345 password123! passw0rd123 p@ssw0rd123 mypassword mypassword1 \
     passwordpassword password01 password2024 password2025 password2026 changeme123 changemenow letmein123 letmeinnow \
     welcome123 welcome1234 welcome2024 welcome2025 welcome2026 admin12345 administrator admin123456 adminadmin \
     superadmin iloveyou12 iloveyou123 iloveyouso sunshine123 princess123 football123 baseball123 basketball \
     dragon12345 monkey12345 shadow12345 master12345 superman123 batman12345 trustno1trustno1 michael123 jennifer123 \
     abcdefghij abcdefghijk abcd123456 abc1234567 abc123abc123 a1b2c3d4e5 aa12345678 abcdef123456 testtest123 \
     test123456 testing123 test1234567 secret1234 secret12345 default123 computer123 internet123 whatever123 \
     starwars123 pokemon1234 q1w2e3r4t5 q1w2e3r4t5y6 zxcvbnm123 zxcvbnm1234 1111122222 1122334455 1212121212 \
     1231231231 123123123123 123321123321 1234512345 12345qwert 123456789a 123456789q a123456789 leadline123"
        .split_whitespace()
        .collect()
});

/// The form and cost of a real one, of no password at all.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm90aGluZ29mYW55b25l$Zm9ybW9mYXJlYWxvbmVhbmRvZm5vcGFzc3dvcmRoZXI";

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(password: &str) -> bool {
        let mut problems = Problems::new();
        check(
            &mut problems,
            "password",
            &Secret::new(password),
            "ada.lovelace@example.org",
        );
        problems.is_empty()
    }

    #[test]
    fn weak_passwords_are_refused() {
        for weak in [
            "short",
            "123456789",
            "ada.lovelace@example.org",
            "ADA.lovelace@example.org",
            "ada.lovelace",
            "Ada.Lovelace1!",
            "password123",
            "Password123",
            "aaaaaaaaaaaa",
            "1234567890",
        ] {
            assert!(!verdict(weak), "{weak}");
        }
        assert!(!verdict(&"x y".repeat(100)));
    }

    #[test]
    fn other_passwords_are_not() {
        for good in [
            "correct horse battery",
            "xK9!mmm2vQ",
            "ünïcödé wörd",
            "ada.lovelace wrote notes",
        ] {
            assert!(verdict(good), "{good}");
        }
    }

    #[tokio::test]
    async fn a_kept_password_verifies_and_nobodys_never_does() {
        let passwords = Passwords::new();
        let kept = passwords.hash(Secret::new("correct horse")).await.unwrap();
        assert!(kept.starts_with("$argon2id$") && !kept.contains("horse"));
        assert!(
            passwords
                .verify(Secret::new("correct horse"), Some(kept.clone()))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify(Secret::new("correct house"), Some(kept))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify(Secret::new("correct horse"), None)
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn nobodys_costs_what_a_real_one_costs() {
        let real = Passwords::new().hash(Secret::new("x")).await.unwrap();
        let (real, nobodys) = (
            PasswordHash::new(&real).unwrap(),
            PasswordHash::new(NOBODYS).unwrap(),
        );
        assert_eq!(
            (real.algorithm, real.version, &real.params),
            (nobodys.algorithm, nobodys.version, &nobodys.params)
        );
        assert_eq!(real.hash.unwrap().len(), nobodys.hash.unwrap().len());
    }
}
