//! Every table of the schema, and what an erasure does to it. A test compares the list with the schema: whoever adds a
//! table says here what becomes of a person in it.

use Fate::{Empty, Keeps, Searched, WithLead};

/// What an erasure does to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Rows go with the lead whose they are.
    WithLead,
    /// Rows are looked through for the person, and go or are cleaned.
    Searched,
    /// Rows stay: they hold nothing of a person who is a lead; the reason.
    Keeps(&'static str),
    /// Nothing is left in it when the erasure is done.
    Empty,
}

/// By table, in the order of their names.
pub const ALL: [(&str, Fate); 51] = [
    ("api_key_lookup", Keeps("is about keys")),
    ("api_keys", Keeps("is about keys")),
    (
        "audit_log",
        Keeps("is append-only, and names leads by their ids alone"),
    ),
    ("erasures", Empty),
    ("event_numbers", Keeps("is a counter")),
    ("events", Searched),
    ("idempotent_answers", Searched),
    ("invitations", Keeps("is about members")),
    ("jobs", Searched),
    ("lead_activities", Searched),
    ("lead_change_set_rows", Keeps("holds ids")),
    ("lead_change_sets", Searched),
    ("lead_counts", Keeps("is figures")),
    ("lead_duplicate_groups", WithLead),
    ("lead_duplicate_members", WithLead),
    ("lead_duplicate_scans", Keeps("says how far a job is")),
    ("lead_fields", Keeps("is what the workspace defines")),
    ("lead_import_chunks", Searched),
    ("lead_import_corrections", Searched),
    ("lead_import_mappings", Searched),
    ("lead_import_problems", Searched),
    ("lead_import_slices", Keeps("holds a byte for each row")),
    ("lead_imports", Searched),
    ("lead_keys", WithLead),
    ("lead_notes", Searched),
    ("lead_pairs_apart", WithLead),
    (
        "lead_pipeline_stages",
        Keeps("is what the workspace defines"),
    ),
    ("lead_pipelines", Keeps("is what the workspace defines")),
    ("lead_redirects", WithLead),
    ("lead_repeats", WithLead),
    ("lead_sources", Keeps("is what the workspace defines")),
    ("lead_suppressions", Keeps("holds keyed hashes")),
    ("lead_tags", WithLead),
    ("lead_view_defaults", Keeps("is about members")),
    ("lead_view_members", WithLead),
    ("lead_view_pins", Keeps("is about members")),
    ("lead_view_subscriptions", Keeps("is about members")),
    ("lead_views", Searched),
    ("leads", WithLead),
    ("members", Keeps("is about members")),
    ("onboarding_steps", Keeps("is about the workspace")),
    ("one_time_tokens", Keeps("is about members")),
    ("retention_rules", Searched),
    ("retention_runs", Keeps("is figures")),
    ("roles", Keeps("is what the workspace defines")),
    ("sessions", Keeps("is about members")),
    ("sign_in_failures", Keeps("is about members")),
    ("team_members", Keeps("is about members")),
    ("teams", Keeps("is about members")),
    ("users", Keeps("is about members")),
    ("workspaces", Keeps("is what the workspace is")),
];
