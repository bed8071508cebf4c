-- Further keys of leads, sources and their rules, duplicates.

-- When somebody who is a lead already last came in again; null: never since it was made.
alter table leads add column last_submission_at bigint;

-- Leads that are known to be about somebody whom another lead is about, and were made all the same.
create table lead_repeats (
    workspace_id bigint not null,
    lead_id uuid not null,
    first_id uuid not null,
    at bigint not null,
    primary key (workspace_id, lead_id)
); -- clustered
create index lead_repeats_by_first on lead_repeats (workspace_id, first_id);

-- People who asked to be forgotten: keyed hashes of their addresses and numbers, and nothing else of them.
create table lead_suppressions (
    workspace_id bigint not null,
    hash bigint not null,
    at bigint not null,
    primary key (workspace_id, hash)
); -- clustered

-- What leads are found by besides the address and the number on their own row: ids that sources have for them, values of
-- custom fields that no two leads share, forms of an address that its provider takes for the same. A lead that has none
-- of these has no row here. `kind` says which (`external:import`, `field:taxNumber`, `email`); `hash` is keyed like the
-- others, and `value` is compared in full.
create table lead_keys (
    workspace_id bigint not null,
    kind text not null,
    hash bigint not null,
    lead_id uuid not null,
    value text not null,
    primary key (workspace_id, kind, hash, lead_id)
); -- clustered
create index lead_keys_by_lead on lead_keys (workspace_id, lead_id);

-- Custom fields of which no two leads share a value; not ready while the values that were there before are being listed.
alter table lead_fields add column is_unique boolean not null default false;
alter table lead_fields add column unique_ready boolean not null default true;

-- Ways in whose rules somebody has changed or made; the built-in ones need no row.
create table lead_sources (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    key text not null,
    name text not null,
    rules jsonb not null,
    version bigint not null default 1,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (workspace_id, key)
);

-- Leads that may be about one person, in groups. `state`: open, dismissed (until somebody joins), separate (for ever).
create table lead_duplicate_groups (
    workspace_id bigint not null,
    id uuid not null,
    state text not null,
    confidence bigint not null,
    size bigint not null,
    evidence jsonb not null,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (workspace_id, id)
);
create index lead_duplicate_groups_by_confidence on lead_duplicate_groups (workspace_id, state, confidence, id);

create table lead_duplicate_members (
    workspace_id bigint not null,
    group_id uuid not null,
    lead_id uuid not null,
    primary key (workspace_id, group_id, lead_id)
); -- clustered
create index lead_duplicate_members_by_lead on lead_duplicate_members (workspace_id, lead_id);

-- Pairs of which somebody has said that they are two people; the smaller id first.
create table lead_pairs_apart (
    workspace_id bigint not null,
    lead_id uuid not null,
    other_id uuid not null,
    actor_kind text not null,
    actor_id uuid,
    at bigint not null,
    primary key (workspace_id, lead_id, other_id)
); -- clustered
create index lead_pairs_apart_by_other on lead_pairs_apart (workspace_id, other_id);

-- The last look through the whole base, and up to which event duplicates have been looked for since.
create table lead_duplicate_scans (
    workspace_id bigint not null,
    -- What was looked through: leads.
    kind text not null,
    -- reading, comparing, done
    state text not null,
    done bigint not null,
    total bigint not null,
    started_at bigint not null,
    finished_at bigint,
    epoch bigint not null,
    seq bigint not null,
    primary key (workspace_id, kind)
);
