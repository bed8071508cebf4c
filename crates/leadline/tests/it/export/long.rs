//! Exports of many leads: while leads change, and when whoever wants the file goes away.

use std::collections::HashSet;

use http_body_util::BodyExt;
use leadline::leads::{crowd, write::insert_many};
use serde_json::json;

use super::fixtures::{by, csv, ended, many, place, plain, read_csv};
use crate::{harness::TestApp, on_both_engines};

const MANY: usize = 30_000;

on_both_engines! {
    async fn leads_that_stand_come_exactly_once_while_others_change(app: TestApp) {
        let leads = many(&app, MANY).await;
        let mut body = app.get("/leads/export?columns=id,name").open().await.into_body();
        let mut bytes = body.frame().await.unwrap().unwrap().into_data().unwrap().to_vec();
        // From here on leads that the export has not come to yet go, change and come.
        let (with, going, changing) = (by(&app).await, leads[..500].to_vec(), leads[500..1000].to_vec());
        let (gone, changed) = (going.clone(), changing.clone());
        let owner = app.admin().user;
        app.app.db.write(move |tx| {
            crowd::delete_all(tx, &with, &going)?;
            crowd::assign_all(tx, &with, &changing, Some(owner))?;
            let place = place(tx, &with)?;
            insert_many(tx, &with, (0..100).map(|it| plain(place, MANY + it)).collect())
        }).await.unwrap();
        while let Some(frame) = body.frame().await {
            bytes.extend_from_slice(&frame.unwrap().into_data().unwrap());
        }
        let table = read_csv(&bytes, b',');
        let ids = table.column("id");
        let seen: HashSet<&str> = ids.iter().copied().collect();
        assert_eq!(seen.len(), ids.len(), "no lead comes twice");
        let stood = leads.iter().skip(500).map(|it| it.id.to_string());
        assert!(stood.clone().all(|it| seen.contains(it.as_str())), "what stands comes");
        assert_eq!(seen.len(), MANY - gone.len(), "what went before its turn does not come, nor what was made meanwhile");
        assert!(changed.iter().all(|it| seen.contains(it.id.to_string().as_str())));
        assert_eq!(ended(&app).await["data"], json!({"outcome": "done", "rows": ids.len()}));

        // Few of many, by rows that no index finds.
        let few = csv(&app.get("/leads/export?minScore=99&columns=name&sortOrder=asc").await);
        // Of the 500 that went five, of the 100 that came one.
        assert_eq!(few.rows.len(), 300 - 5 + 1);
        assert!(few.column("name").is_sorted_by_key(|it| it[5..].parse::<usize>().unwrap()));
        let rare = csv(&app.get("/leads/export?source=rare&columns=name&sortBy=score").await);
        assert_eq!(rare.rows.len(), 30);
        let all = csv(&app.get("/leads/export?columns=name&sortBy=name&sortOrder=asc").await);
        assert!(all.column("name").is_sorted() && all.rows.len() == MANY - 400);
        app.work().await;
    }

    async fn whoever_goes_away_in_the_middle_is_written_down(app: TestApp) {
        many(&app, 5000).await;
        let mut body = app.get("/leads/export").open().await.into_body();
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert!(first.starts_with(b"id,name,"));
        drop(body);
        let end = ended(&app).await;
        assert_eq!(end["data"], json!({"outcome": "brokenOff", "rows": 1000}));
        // Nobody who has not asked for a single byte costs more than a page.
        drop(app.get("/leads/export").open().await);
        assert_eq!(ended(&app).await["data"]["outcome"], "brokenOff");
    }

    async fn what_is_asked_for_compressed_comes_compressed(app: TestApp) {
        many(&app, 3000).await;
        let plain = app.get("/leads/export").await;
        let packed = app.get("/leads/export").header("accept-encoding", "gzip").await;
        assert_eq!(packed.header("content-encoding"), Some("gzip"));
        assert!(packed.body.len() * 3 < plain.body.len());
    }
}
