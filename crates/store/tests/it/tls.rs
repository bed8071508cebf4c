//! Encrypted connections to PostgreSQL, and how far the server is trusted.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use store::{Db, Error, Options};

use crate::{
    cluster::Cluster,
    support::{try_open, wants_postgres},
};

struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Authority {
            issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap(),
        }
    }

    fn sign(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (
            params.signed_by(&key, &self.issuer).unwrap().pem(),
            key.serialize_pem(),
        )
    }
}

async fn is_encrypted(db: &Db) -> bool {
    let sql = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    db.read(move |tx| tx.one::<(bool,)>(sql, &[]))
        .await
        .unwrap()
        .0
}

#[tokio::test]
async fn every_mode_does_what_it_says() {
    if !wants_postgres() {
        return;
    }
    let (ours, foreign) = (Authority::new(), Authority::new());
    let mut cluster = Cluster::create("ssl = on");
    let (certificate, key) = ours.sign("localhost");
    cluster.write("server.crt", &certificate);
    cluster.write("server.key", &key);
    cluster.start();

    let folder = tempfile::tempdir().unwrap();
    let (root, other) = (
        folder.path().join("root.pem"),
        folder.path().join("other.pem"),
    );
    std::fs::write(&root, ours.issuer.pem()).unwrap();
    std::fs::write(&other, foreign.issuer.pem()).unwrap();

    let cases = [
        ("localhost", "disable", None, Some(false)),
        ("localhost", "prefer", None, Some(true)),
        ("localhost", "require", None, Some(true)),
        ("127.0.0.1", "require", None, Some(true)),
        // A root file makes `require` ask for the authority, but not for the name.
        ("127.0.0.1", "require", Some(&root), Some(true)),
        ("localhost", "require", Some(&other), None),
        ("127.0.0.1", "verify-ca", Some(&root), Some(true)),
        ("localhost", "verify-full", Some(&root), Some(true)),
        ("127.0.0.1", "verify-full", Some(&root), None),
        ("localhost", "verify-full", Some(&other), None),
        ("localhost", "verify-full", None, None),
    ];
    for (host, mode, root, expected) in cases {
        let url = format!(
            "postgres://leadline@{host}:{}/postgres?sslmode={mode}",
            cluster.port
        );
        let mut options = Options::new(url);
        options.connections = 1;
        options.tls_root = root.cloned();
        let case = format!("{host} {mode} {root:?}");
        match (try_open(options).await, expected) {
            (Ok(db), Some(encrypted)) => {
                assert_eq!(is_encrypted(&db).await, encrypted, "{case}");
                db.close().await;
            }
            (Err(Error::Unavailable(_)), None) => {}
            (Ok(_), None) => panic!("{case}: should have been refused"),
            (Err(err), _) => panic!("{case}: {err}"),
        }
    }
}

#[tokio::test]
async fn a_server_without_tls() {
    if !wants_postgres() {
        return;
    }
    let mut cluster = Cluster::create("");
    cluster.start();
    for (mode, works) in [
        ("prefer", true),
        ("disable", true),
        ("require", false),
        ("verify-full", false),
    ] {
        let url = format!(
            "host=127.0.0.1 port={} user=leadline dbname=postgres sslmode={mode}",
            cluster.port
        );
        let mut options = Options::new(url);
        options.connections = 1;
        let opened = try_open(options).await;
        assert_eq!(opened.is_ok(), works, "{mode}");
        if let Ok(db) = opened {
            assert!(!is_encrypted(&db).await);
            db.close().await;
        }
    }
}
