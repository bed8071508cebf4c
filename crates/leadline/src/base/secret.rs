//! Secrets: values that cannot be printed, the server's key, random tokens and their hashes.

use std::{
    fmt, fs, io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce, aead::Aead};
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// Holds a value whose `Debug` and JSON show nothing of it.
#[derive(Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct Secret(String);

/// Seals columns that must be read back, such as a pending invitation's token.
#[derive(Clone)]
pub struct SecretKey(ChaCha20Poly1305);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The one way to the value, so that every use can be found by its name.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// 32 random bytes as text, with a prefix that tells people and scanners what leaked.
    pub fn random(prefix: &str) -> Secret {
        Secret(format!(
            "{prefix}{}",
            URL_SAFE_NO_PAD.encode(random::<32>())
        ))
    }

    /// What the database keeps of a random token. Plain SHA-256 is right here: there is nothing to guess.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("(hidden)")
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl SecretKey {
    pub fn from_bytes(bytes: [u8; 32]) -> SecretKey {
        SecretKey(ChaCha20Poly1305::new(&bytes.into()))
    }

    /// Reads a key given as 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<SecretKey, String> {
        let bytes =
            hex::decode(text.trim()).map_err(|_| "the secret key is not hexadecimal".to_owned())?;
        let bytes = <[u8; 32]>::try_from(bytes)
            .map_err(|_| "the secret key is not 32 bytes long".to_owned())?;
        Ok(SecretKey::from_bytes(bytes))
    }

    /// Reads the key file, or makes it, readable by its owner alone.
    pub fn read_or_create(path: &Path) -> io::Result<SecretKey> {
        match fs::read_to_string(path) {
            Ok(text) => SecretKey::from_hex(&text).map_err(io::Error::other),
            Err(err) if err.kind() == io::ErrorKind::NotFound => {
                let bytes = random::<32>();
                let mut file = fs::OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(path)?;
                io::Write::write_all(&mut file, hex::encode(bytes).as_bytes())?;
                file.sync_all()?;
                Ok(SecretKey::from_bytes(bytes))
            }
            Err(err) => Err(err),
        }
    }

    pub fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let nonce = random::<12>();
        // Encryption fails only for messages of many gigabytes.
        let sealed = self
            .0
            .encrypt(Nonce::from_slice(&nonce), plain)
            .unwrap_or_default();
        [nonce.as_slice(), &sealed].concat()
    }

    /// Nothing, where the value was sealed with another key or was changed.
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(12)?;
        self.0.decrypt(Nonce::from_slice(nonce), sealed).ok()
    }
}

/// Whether others than the owner may read the file.
pub fn readable_by_others(path: &Path) -> io::Result<bool> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Bytes from the operating system's generator.
#[expect(
    clippy::expect_used,
    reason = "without randomness no token is safe; stopping is the only right thing"
)]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_nothing() {
        let secret = Secret::random("ll_");
        assert_eq!(format!("{secret:?}"), "(hidden)");
        assert_eq!(serde_json::to_string(&secret).unwrap(), "\"(hidden)\"");
        assert!(secret.expose().starts_with("ll_") && secret.expose().len() > 40);
    }

    #[test]
    fn sealed_values_open_with_their_key_only() {
        let key = SecretKey::from_bytes([1; 32]);
        let sealed = key.seal(b"token");
        assert_eq!(key.open(&sealed).as_deref(), Some(b"token".as_slice()));
        assert_eq!(SecretKey::from_bytes([2; 32]).open(&sealed), None);
        assert_eq!(key.open(&sealed[..20]), None);
        assert_eq!(key.open(b""), None);
    }

    #[test]
    fn the_key_file_is_made_once_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("leadline.key");
        let sealed = SecretKey::read_or_create(&path).unwrap().seal(b"x");
        assert!(!readable_by_others(&path).unwrap());
        assert!(
            SecretKey::read_or_create(&path)
                .unwrap()
                .open(&sealed)
                .is_some()
        );
        fs::write(&path, "short").unwrap();
        assert!(SecretKey::read_or_create(&path).is_err());
    }
}
