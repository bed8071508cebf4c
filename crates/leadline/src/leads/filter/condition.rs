//! Conditions as people write them: all of these, any of these, not this, and single tests of a field.

use serde_json::{Map, Value as Json, json};

use super::{
    field::{Core, Field},
    moments,
    op::Op,
};
use crate::base::Problems;

/// A tree of tests, its shape checked. What its fields hold and mean is known once it is [bound](super::bind).
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test(Test),
}

/// One field compared with something.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Where in the JSON it stands: `where.all[1]`.
    pub path: String,
    pub field: Field,
    pub op: Op,
    pub value: Json,
}

impl Test {
    /// Whether it means something else as time goes by.
    pub fn is_relative(&self) -> bool {
        let is_time = matches!(
            self.op,
            Op::Before | Op::After | Op::On | Op::Within | Op::Between | Op::OlderThan
        );
        self.field == Field::Core(Core::DaysInStage) || is_time && moments::is_relative(&self.value)
    }
}

/// Groups within groups.
pub const DEEPEST: usize = 8;
/// Tests altogether.
pub const MOST_TESTS: usize = 100;
/// Values of one test.
pub const MOST_VALUES: usize = 200;
/// Characters of a text.
pub const LONGEST: usize = 200;

/// Reads conditions; everything that is wrong with their shape is added to `problems`, by its path.
pub fn read(json: &Json, path: &str, problems: &mut Problems) -> Option<Condition> {
    let mut reader = Reader { problems, tests: 0 };
    let read = reader.condition(json, path, 0);
    if reader.tests > MOST_TESTS {
        let message = format!("must not hold more than {MOST_TESTS} tests");
        problems.add(path, message);
        return None;
    }
    read
}

struct Reader<'a> {
    problems: &'a mut Problems,
    tests: usize,
}

impl Reader<'_> {
    fn condition(&mut self, json: &Json, path: &str, depth: usize) -> Option<Condition> {
        if depth > DEEPEST {
            let message = format!("must not stand more than {DEEPEST} groups deep");
            return self.refuse(path, message);
        }
        let Json::Object(object) = json else {
            return self.refuse(
                path,
                "must be an object with \"all\", \"any\", \"not\", or a \"field\"",
            );
        };
        if object.contains_key("field") {
            return self.test(object, path);
        }
        let mut entries = object.iter();
        let (Some((key, inner)), None) = (entries.next(), entries.next()) else {
            return self.refuse(
                path,
                "must hold exactly one of \"all\", \"any\" and \"not\", or a \"field\"",
            );
        };
        let path = format!("{path}.{key}");
        match key.as_str() {
            "all" => self.group(inner, &path, depth).map(Condition::All),
            "any" => self.group(inner, &path, depth).map(Condition::Any),
            "not" => {
                let inner = self.condition(inner, &path, depth + 1)?;
                Some(Condition::Not(Box::new(inner)))
            }
            _ => self.refuse(
                &path,
                "is not known here; \"all\", \"any\", \"not\" and \"field\" are",
            ),
        }
    }

    fn group(&mut self, json: &Json, path: &str, depth: usize) -> Option<Vec<Condition>> {
        let Json::Array(items) = json else {
            return self.refuse(path, "must be a list of conditions");
        };
        // Many mistakes of one kind need not all be told.
        if items.len() > MOST_TESTS {
            self.tests = MOST_TESTS + 1;
            return None;
        }
        let read: Vec<Option<Condition>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| self.condition(item, &format!("{path}[{index}]"), depth + 1))
            .collect();
        read.into_iter().collect()
    }

    fn test(&mut self, object: &Map<String, Json>, path: &str) -> Option<Condition> {
        self.tests += 1;
        if self.tests > MOST_TESTS {
            return None;
        }
        for key in object.keys() {
            if !["field", "op", "value"].contains(&key.as_str()) {
                self.problems.add(
                    format!("{path}.{key}"),
                    "is not known here; a test has \"field\", \"op\" and \"value\"",
                );
            }
        }
        let field = self.named(object, path, "field", Field::parse);
        let op = self.named(object, path, "op", |name| {
            Op::parse(name).ok_or_else(|| format!("must be one of {}", Op::names()))
        });
        let value = object.get("value").cloned().unwrap_or(Json::Null);
        let (field, op) = (field?, op?);
        if !op.takes_value() && !value.is_null() {
            return self.refuse(&format!("{path}.value"), "does not belong to this \"op\"");
        }
        if op.takes_value() && value.is_null() {
            return self.refuse(
                &format!("{path}.value"),
                "is missing; for fields without a value there is \"isEmpty\"",
            );
        }
        Some(Condition::Test(Test {
            path: path.to_owned(),
            field,
            op,
            value,
        }))
    }

    fn named<T>(
        &mut self,
        object: &Map<String, Json>,
        path: &str,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let path = format!("{path}.{key}");
        match object.get(key) {
            None => self.refuse(&path, "is missing"),
            Some(Json::String(name)) => match parse(name) {
                Ok(it) => Some(it),
                Err(message) => self.refuse(&path, message),
            },
            Some(_) => self.refuse(&path, "must be text"),
        }
    }

    fn refuse<T>(&mut self, path: &str, message: impl Into<String>) -> Option<T> {
        self.problems.add(path, message);
        None
    }
}

impl Condition {
    /// As it is kept and shown: what was written, in its order.
    pub fn to_json(&self) -> Json {
        let list = |items: &[Condition]| items.iter().map(Condition::to_json).collect::<Vec<_>>();
        match self {
            Condition::All(items) => json!({ "all": list(items) }),
            Condition::Any(items) => json!({ "any": list(items) }),
            Condition::Not(inner) => json!({ "not": inner.to_json() }),
            Condition::Test(test) if test.op.takes_value() => {
                json!({ "field": test.field.name(), "op": test.op.name(), "value": test.value })
            }
            Condition::Test(test) => json!({ "field": test.field.name(), "op": test.op.name() }),
        }
    }

    /// The same for all ways of writing the same: groups of one and groups within groups of their kind are dissolved,
    /// members are in order and there once, and "not" stands at tests only.
    pub fn canonical(&self) -> Json {
        canonical(self, Sense::Plain)
    }

    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Condition::All(items) | Condition::Any(items) => {
                items.iter().flat_map(Condition::tests).collect()
            }
            Condition::Not(inner) => inner.tests(),
            Condition::Test(test) => vec![test],
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Sense {
    Plain,
    Negated,
}

fn canonical(condition: &Condition, sense: Sense) -> Json {
    let (key, items) = match (condition, sense) {
        (Condition::Not(inner), Sense::Plain) => return canonical(inner, Sense::Negated),
        (Condition::Not(inner), Sense::Negated) => return canonical(inner, Sense::Plain),
        (Condition::Test(test), Sense::Plain) => return canonical_test(test),
        (Condition::Test(test), Sense::Negated) => {
            return match test.op.opposite() {
                Some(op) => canonical_test(&Test { op, ..test.clone() }),
                None => json!({ "not": canonical_test(test) }),
            };
        }
        (Condition::All(items), Sense::Plain) | (Condition::Any(items), Sense::Negated) => {
            ("all", items)
        }
        (Condition::Any(items), Sense::Plain) | (Condition::All(items), Sense::Negated) => {
            ("any", items)
        }
    };
    let mut members: Vec<(String, Json)> = Vec::new();
    for item in items {
        let inner = canonical(item, sense);
        let dissolved = match inner {
            Json::Object(mut group) if group.contains_key(key) => match group.remove(key) {
                Some(Json::Array(items)) => items,
                _ => Vec::new(),
            },
            other => vec![other],
        };
        members.extend(dissolved.into_iter().map(|it| (it.to_string(), it)));
    }
    members.sort_by(|one, other| one.0.cmp(&other.0));
    members.dedup_by(|one, other| one.0 == other.0);
    match <[(String, Json); 1]>::try_from(members) {
        Ok([(_, only)]) => only,
        Err(members) => json!({ key: members.into_iter().map(|it| it.1).collect::<Vec<_>>() }),
    }
}

/// Lists of values are sets.
fn canonical_test(test: &Test) -> Json {
    let mut value = test.value.clone();
    if let (Json::Array(items), true) = (&mut value, test.op.takes_set()) {
        items.sort_by_key(Json::to_string);
        items.dedup();
    }
    Condition::Test(Test {
        value,
        ..test.clone()
    })
    .to_json()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &Json) -> Result<Condition, Problems> {
        let mut problems = Problems::new();
        match read(json, "where", &mut problems) {
            Some(it) if problems.is_empty() => Ok(it),
            _ => Err(problems),
        }
    }

    fn blamed(json: &Json) -> String {
        parse(json).expect_err(&json.to_string()).to_string()
    }

    fn score(op: &str, value: i64) -> Json {
        json!({ "field": "score", "op": op, "value": value })
    }

    #[test]
    fn what_was_written_comes_back() {
        let written = json!({"all": [score("atLeast", 5), {"any": [{"field": "email", "op": "isEmpty"}]}, {"not": {"any": []}}]});
        assert_eq!(parse(&written).unwrap().to_json(), written);
    }

    #[test]
    fn the_same_said_in_another_way_is_the_same() {
        let (one, two) = (score("atLeast", 1), score("is", 2));
        let same = [
            json!({"all": [one, two]}),
            json!({"all": [two, one, one]}),
            json!({"all": [{"all": [two]}, {"any": [one]}]}),
            json!({"not": {"any": [{"not": one}, score("isNot", 2)]}}),
        ];
        let first = parse(&same[0]).unwrap().canonical();
        for other in &same {
            assert_eq!(parse(other).unwrap().canonical(), first, "{other}");
        }
        let sets = [json!(["a", "b"]), json!(["b", "a", "a"])].map(|it| {
            parse(&json!({"field": "source", "op": "in", "value": it}))
                .unwrap()
                .canonical()
        });
        assert_eq!(sets[0], sets[1]);
        let spans = [json!([1, 5]), json!([5, 1])].map(|it| {
            parse(&json!({"field": "score", "op": "between", "value": it}))
                .unwrap()
                .canonical()
        });
        assert_ne!(spans[0], spans[1]);
    }

    #[test]
    fn mistakes_are_named_by_their_path() {
        for (written, problem) in [
            (json!([]), "where must be an object"),
            (json!({}), "where must hold exactly one of"),
            (
                json!({"all": [], "any": []}),
                "where must hold exactly one of",
            ),
            (json!({"some": []}), "where.some is not known here"),
            (json!({"all": {}}), "where.all must be a list"),
            (
                json!({"any": [{"not": [1]}]}),
                "where.any[0].not must be an object",
            ),
            (json!({"field": "score"}), "where.op is missing"),
            (json!({"field": 5, "op": "is"}), "where.field must be text"),
            (
                json!({"field": "colour", "op": "is", "value": 1}),
                "where.field",
            ),
            (
                json!({"field": "score", "op": "like", "value": 1}),
                "where.op must be one of",
            ),
            (
                json!({"field": "score", "op": "is"}),
                "where.value is missing",
            ),
            (
                json!({"field": "score", "op": "isEmpty", "value": 1}),
                "where.value does not belong",
            ),
            (
                json!({"field": "score", "op": "is", "value": 1, "or": 2}),
                "where.or is not known",
            ),
        ] {
            let found = blamed(&written);
            assert!(found.contains(problem), "{written}: {found}");
        }
        let both = blamed(
            &json!({"all": [{"field": "x", "op": "is", "value": 1}, {"field": "score", "op": "y"}]}),
        );
        assert!(
            both.contains("where.all[0].field") && both.contains("where.all[1].op"),
            "{both}"
        );
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let mut deep = score("is", 1);
        for _ in 0..DEEPEST {
            deep = json!({ "all": [deep] });
        }
        assert!(parse(&deep).is_ok());
        assert!(blamed(&json!({ "not": deep })).contains("groups deep"));
        let many = |n: usize| json!({ "any": vec![score("is", 1); n] });
        assert!(parse(&many(MOST_TESTS)).is_ok());
        for written in [
            many(MOST_TESTS + 1),
            many(10_000),
            json!({"all": [many(60), many(60)]}),
        ] {
            assert_eq!(
                blamed(&written),
                format!("where must not hold more than {MOST_TESTS} tests")
            );
        }
    }
}
