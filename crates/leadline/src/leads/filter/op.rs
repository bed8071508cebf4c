//! How a field is compared.

macro_rules! ops {
    ($($name:ident $text:literal)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Op { $($name),+ }

        impl Op {
            pub const ALL: &[Op] = &[$(Op::$name),+];

            pub fn name(self) -> &'static str {
                match self { $(Op::$name => $text),+ }
            }
        }
    };
}

ops! {
    Is "is"
    IsNot "isNot"
    In "in"
    NotIn "notIn"
    Contains "contains"
    NotContains "notContains"
    StartsWith "startsWith"
    IsEmpty "isEmpty"
    IsNotEmpty "isNotEmpty"
    AtLeast "atLeast"
    MoreThan "moreThan"
    AtMost "atMost"
    LessThan "lessThan"
    Between "between"
    Before "before"
    After "after"
    On "on"
    Within "within"
    OlderThan "olderThan"
    Has "has"
    HasAny "hasAny"
    HasAll "hasAll"
    HasNone "hasNone"
}

impl Op {
    pub fn parse(name: &str) -> Option<Op> {
        Op::ALL.iter().copied().find(|it| it.name() == name)
    }

    pub fn names() -> String {
        Op::ALL
            .iter()
            .map(|it| it.name())
            .collect::<Vec<_>>()
            .join(", ")
    }

    pub fn takes_value(self) -> bool {
        !matches!(self, Op::IsEmpty | Op::IsNotEmpty)
    }

    /// Its value is a list whose order says nothing.
    pub fn takes_set(self) -> bool {
        matches!(
            self,
            Op::In | Op::NotIn | Op::HasAny | Op::HasAll | Op::HasNone
        )
    }

    /// Says the contrary of another, which is the one that is looked at.
    pub fn denies(self) -> Option<Op> {
        match self {
            Op::IsNot => Some(Op::Is),
            Op::NotIn => Some(Op::In),
            Op::NotContains => Some(Op::Contains),
            Op::IsNotEmpty => Some(Op::IsEmpty),
            Op::HasNone => Some(Op::HasAny),
            _ => None,
        }
    }

    pub fn opposite(self) -> Option<Op> {
        let denied = || Op::ALL.iter().copied().find(|it| it.denies() == Some(self));
        self.denies().or_else(denied)
    }
}
