//! `leadline import`.

use store::Engine;

use crate::harness::{Site, TestDatabase};

crate::on_both_engines! {
    async fn a_file_goes_in_from_the_shell(engine: Engine) {
        let database = TestDatabase::create(engine).await;
        let site = Site::new(database.config.clone());
        site.set_up();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("leads.csv");
        let skipped = folder.path().join("skipped.csv");
        std::fs::write(&file, "who,mail\nAda,ada@example.org\nEve,not an address\n").unwrap();
        let file = file.to_str().unwrap();
        let map = ["--map", "who=name", "--map", "mail=email", "--set", "source=Fair"];

        let (code, told) = site.try_run(&[&["import", file, "--dry-run"], map.as_slice()].concat());
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains("rows 2, new 1, invalid 1"), "{told}");

        let rest = ["--skipped", skipped.to_str().unwrap()];
        let (code, told) = site.try_run(&[["import", file].as_slice(), &map, &rest].concat());
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains("rows 2, created 1, invalid 1"), "{told}");
        let written = std::fs::read_to_string(&skipped).unwrap();
        assert_eq!(written, "line,problem,who,mail\n3,This is not an e-mail address.,Eve,not an address\n");

        std::fs::write(file, "who,mail\nJoe,joe@example.org\n").unwrap();
        let (code, told) = site.try_run(&[["import", file].as_slice(), &map].concat());
        assert_eq!(code, Some(0), "{told}");
        let (code, told) = site.try_run(&["import", file, "--map", "nothing=name"]);
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains("nothing"), "{told}");

        if engine == Engine::Sqlite {
            let server = site.serve();
            let (code, told) = site.try_run(&["import", file]);
            assert_eq!((code, told.contains("running server")), (Some(1), true), "{told}");
            server.stop();
        }
    }
}
