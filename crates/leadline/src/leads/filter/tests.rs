//! Filters in queries and in JSON.

use crate::base::Error;

use super::*;

fn read(query: &str) -> Result<Filter> {
    read_query(Some(query), &["page"]).map(|(filter, _)| filter)
}

fn blamed(query: &str) -> Vec<String> {
    let Err(Error::Invalid(problems)) = read(query) else {
        panic!("{query} is accepted")
    };
    let problem = format!("{problems:?}");
    problem
        .split('"')
        .skip(1)
        .step_by(4)
        .map(str::to_owned)
        .collect()
}

#[test]
fn parameters_are_read() {
    let filter = read("tag=b,a&tag=b&assignedTo=none&minValue=1.5&createdAfter=2026-01-31&cf.contact.first_name=Ada&search=+").unwrap();
    assert_eq!(filter.tags, ["a", "b"]);
    assert_eq!(filter.owner, Some(Owner::Nobody));
    assert_eq!(filter.value.least, Some(15_000));
    assert_eq!(filter.created.least, "2026-01-31T00:00:00Z".parse().ok());
    assert_eq!(
        filter.custom,
        [CustomField {
            key: "contactFirstName".into(),
            value: "Ada".into()
        }]
    );
    assert_eq!(filter.search, None);
}

#[test]
fn every_mistake_is_named() {
    for (query, names) in [
        ("colour=red", vec!["colour"]),
        (
            "stageId=7&minScore=x&page=1&page=2",
            vec!["minScore", "page", "stageId"],
        ),
        ("source=a&source=b", vec!["source"]),
        ("tag=", vec!["tag"]),
        ("cf.=x", vec!["cf."]),
        ("email=nobody", vec!["email"]),
        ("phone=12", vec!["phone"]),
        ("deleted=yes", vec!["deleted"]),
        ("createdAfter=soon", vec!["createdAfter"]),
        ("cf.a=%00", vec!["cf.a"]),
    ] {
        assert_eq!(blamed(query), names, "{query}");
    }
}

#[test]
fn json_says_the_same_as_a_query() {
    let filter: Filter = serde_json::from_str(
        r#"{"tag": ["a", "b"], "minScore": 5, "deleted": true, "search": null}"#,
    )
    .unwrap();
    assert_eq!(filter, {
        let mut same = read("minScore=5&deleted=true&tag=a&tag=b").unwrap();
        same.asked.clone_from(&filter.asked);
        same
    });
    let kept = serde_json::to_string(&filter).unwrap();
    assert_eq!(serde_json::from_str::<Filter>(&kept).unwrap(), filter);
    for bad in [
        r#"{"x": 1}"#,
        r#"{"tag": [1]}"#,
        r#"{"minScore": "much"}"#,
        r#"{"stageId": {}}"#,
        "[]",
    ] {
        assert!(serde_json::from_str::<Filter>(bad).is_err(), "{bad}");
    }
}
