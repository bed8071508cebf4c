//! Every kind of value, there and back, and what is said when it is the wrong one.

use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Db, Error, Json, Result, Sql, Timestamp, Value, row};
use uuid::Uuid;

use crate::support::on_both;

const KEY: Uuid = Uuid::from_u128(0x0123_4567_89ab_7def_8123_4567_89ab_cdef);

#[derive(Debug, PartialEq)]
struct Thing {
    id: i64,
    name: String,
    weight: Option<f64>,
    hot: bool,
    key: Option<Uuid>,
    raw: Option<Vec<u8>>,
    data: Option<Json<Data>>,
    at: Option<Timestamp>,
}
row!(Thing {
    id,
    name,
    weight,
    hot,
    key,
    raw,
    data,
    at
});

#[derive(Debug, PartialEq, Clone, Serialize, Deserialize)]
struct Data {
    tags: Vec<String>,
}

fn thing() -> Thing {
    Thing {
        id: i64::MAX,
        name: "Ärger mit 'Anführung' \u{1F600}".into(),
        weight: Some(-1.5),
        hot: true,
        key: Some(KEY),
        raw: Some(vec![0, 1, 255]),
        data: Some(Json(Data {
            tags: vec!["a\"b".into()],
        })),
        at: Some(Timestamp(1_769_860_800_007)),
    }
}

/// Binds everything, with the parameters out of order.
async fn insert(db: &Db, it: Thing) -> Result<Thing> {
    db.write(move |tx| {
        tx.one(
            "insert into things (at, data, raw, key, hot, weight, name, id) values ($8, $7, $6, $5, $4, $3, $2, $1) \
             returning name, id, weight, hot, key, raw, data, at",
            &[&it.id, &it.name, &it.weight, &it.hot, &it.key, &it.raw, &it.data, &it.at],
        )
    })
    .await
}

#[tokio::test]
async fn every_kind_comes_back_as_it_went() {
    on_both(|db, _| async move {
        assert_eq!(insert(&db, thing()).await.unwrap(), thing());
        let empty = || Thing {
            id: 1,
            name: String::new(),
            weight: None,
            hot: false,
            key: None,
            raw: None,
            data: None,
            at: None,
        };
        assert_eq!(insert(&db, empty()).await.unwrap(), empty());
    })
    .await;
}

#[tokio::test]
async fn a_borrowed_row_shows_every_kind() {
    on_both(|db, _| async move {
        insert(&db, thing()).await.unwrap();
        let mut seen = 0;
        let result: Result<i32> = db
            .read(move |tx| {
                let sql = "select id, name, weight, hot, key, raw, data, at, null from things";
                tx.each(sql, &[], |row| {
                    let expected = thing();
                    assert_eq!(row.int(0)?, expected.id);
                    assert_eq!(row.opt_int(0)?, Some(expected.id));
                    assert_eq!(row.text(1)?, expected.name);
                    assert_eq!(row.opt_text(1)?, Some(expected.name.as_str()));
                    assert_eq!(Some(row.real(2)?), expected.weight);
                    assert_eq!(row.opt_real(2)?, expected.weight);
                    assert_eq!(row.bool(3)?, expected.hot);
                    assert_eq!(Some(row.uuid(4)?), expected.key);
                    assert_eq!(row.opt_uuid(4)?, expected.key);
                    assert_eq!(Some(row.bytes(5)?.to_vec()), expected.raw);
                    assert_eq!(
                        row.json_text(6)?.replace(' ', ""),
                        "{\"tags\":[\"a\\\"b\"]}"
                    );
                    assert_eq!(Some(row.time(7)?), expected.at);
                    assert_eq!(row.opt_time(7)?, expected.at);
                    assert!(row.is_null(8)? && !row.is_null(0)?);
                    assert_eq!(
                        (row.opt_text(8)?, row.opt_int(8)?, row.opt_time(8)?),
                        (None, None, None)
                    );
                    assert_eq!(
                        (row.opt_uuid(8)?, row.opt_real(8)?, row.opt_bytes(8)?),
                        (None, None, None)
                    );
                    seen += 1;
                    Ok(())
                })?;
                Ok(seen)
            })
            .await;
        assert_eq!(result.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_kind_names_the_column_and_not_the_value() {
    on_both(|db, _| async move {
        insert(&db, thing()).await.unwrap();
        let wrong = db
            .read(|tx| tx.one::<(i64,)>("select name from things", &[]))
            .await
            .unwrap_err();
        let expected = Error::Decode {
            column: "name".into(),
            expected: "an integer",
            found: "text".into(),
        };
        assert_eq!(wrong, expected);
        let null = db
            .read(|tx| tx.one::<(String,)>("select null as name", &[]))
            .await
            .unwrap_err();
        assert!(
            matches!(null, Error::Decode { ref found, .. } if found == "null"),
            "{null:?}"
        );
        let missing = db
            .read(|tx| tx.one::<Thing>("select id, name from things", &[]))
            .await
            .unwrap_err();
        assert!(
            matches!(missing, Error::Decode { ref column, .. } if column == "weight"),
            "{missing:?}"
        );
        let short = db
            .read(|tx| tx.one::<(i64, i64)>("select id from things", &[]))
            .await
            .unwrap_err();
        assert!(
            matches!(
                short,
                Error::Decode {
                    expected: "a column",
                    ..
                }
            ),
            "{short:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_wrong_count_of_values_is_refused() {
    on_both(|db, _| async move {
        for params in [vec![], vec![1_i64, 2]] {
            let refused = db
                .read(move |tx| {
                    let refs: Vec<&dyn store::ToValue> = params.iter().map(|it| it as _).collect();
                    tx.all::<(i64,)>("select id from things where id = $1", &refs)
                })
                .await;
            assert!(matches!(refused, Err(Error::Database(_))), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_statement_put_together_binds_in_order() {
    on_both(|db, _| async move {
        db.write(|tx| -> Result<()> {
            for n in 0..5_i64 {
                tx.exec(
                    "insert into things (id, name, weight) values ($1, $2, $3)",
                    &[&n, &n.to_string(), &1.5],
                )?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let found = db
            .read(|tx| {
                let mut scope = Sql::new("weight > ");
                scope.bind(1.0).push(" and id <> ").bind(3_i64);
                let mut sql = Sql::new("select id, name from things where name in ");
                sql.list(["1", "2", "3"])
                    .push(" and ")
                    .append(&scope)
                    .push(" order by id desc limit ")
                    .bind(9_i64);
                tx.fetch::<(i64, String)>(&sql)
            })
            .await
            .unwrap();
        assert_eq!(found, [(2, "2".to_owned()), (1, "1".to_owned())]);
        let changed = db
            .write(|tx| {
                let mut sql = Sql::new("update things set data = ");
                sql.bind(Value::Json(json!({"a": 1})))
                    .push(" where id in ")
                    .list(Vec::<i64>::new());
                tx.run(&sql)
            })
            .await
            .unwrap();
        assert_eq!(changed, 0);
    })
    .await;
}

#[tokio::test]
async fn the_same_statement_serves_two_kinds_of_rows() {
    struct Short {
        name: String,
    }
    row!(Short { name });
    struct Turned {
        name: String,
        id: i64,
    }
    row!(Turned { name, id });
    on_both(|db, _| async move {
        insert(&db, thing()).await.unwrap();
        db.read(|tx| -> Result<()> {
            for _ in 0..3 {
                let sql = "select id, name from things";
                let (short, turned): (Short, Turned) = (tx.one(sql, &[])?, tx.one(sql, &[])?);
                assert_eq!(
                    (short.name, turned.name.len(), turned.id),
                    (thing().name, thing().name.len(), i64::MAX)
                );
            }
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn more_statements_than_the_cache_holds() {
    on_both(|db, _| async move {
        db.read(|tx| -> Result<()> {
            for round in 0..2 {
                for n in 0..600_i64 {
                    let (got,): (i64,) =
                        tx.one(&format!("select cast($1 as bigint) + {n}"), &[&round])?;
                    assert_eq!(got, n + round);
                }
            }
            Ok(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn crowds_carry_every_kind() {
    on_both(|db, _| async move {
        let full = |id: i64| {
            vec![
                Value::Int(id),
                Value::Text(format!("n{id}")),
                Value::Real(2.5),
                Value::Bool(true),
                Value::Uuid(KEY),
                Value::Bytes(vec![7]),
                Value::Json(json!({"tags": []})),
                Value::Time(Timestamp(5)),
            ]
        };
        let sparse = |id: i64| {
            let mut row = vec![Value::Null; 8];
            (row[0], row[1], row[3]) = (
                Value::Int(id),
                Value::Text(format!("n{id}")),
                Value::Bool(false),
            );
            row
        };
        let rows = vec![full(1), sparse(2), full(3)];
        let columns = ["id", "name", "weight", "hot", "key", "raw", "data", "at"];
        let count = db
            .write(move |tx| tx.insert_many("things", &columns, &rows))
            .await
            .unwrap();
        assert_eq!(count, 3);
        let found: Vec<Thing> = db
            .read(|tx| tx.all("select * from things order by id", &[]))
            .await
            .unwrap();
        assert_eq!(
            (found[0].key, found[0].at, found[1].key),
            (Some(KEY), Some(Timestamp(5)), None)
        );
        assert_eq!(found[2].data, Some(Json(Data { tags: vec![] })));
        assert!(!found[1].hot && found[2].hot);
        let none = db
            .write(|tx| tx.insert_many("things", &["id"], &[]))
            .await
            .unwrap();
        assert_eq!(none, 0);
        let uneven = db
            .write(|tx| tx.insert_many("things", &["id", "name"], &[vec![Value::Int(1)]]))
            .await;
        assert!(matches!(uneven, Err(Error::Database(_))), "{uneven:?}");
    })
    .await;
}
