-- Privacy: erasing people, remembering whom not to take in again, rules for how long leads are kept.

-- What the hash is of (email, mailbox, phone, external, field), why it is here (erasure, byHand), and the erasure that
-- wrote it.
alter table lead_suppressions add column kind text not null default 'email';
alter table lead_suppressions add column reason text not null default 'byHand';
alter table lead_suppressions add column erasure_id uuid;
create index lead_suppressions_by_age on lead_suppressions (workspace_id, at, hash);

-- People who are to be erased, or were. What they are known by stands in `subject` only while it is needed: it is null
-- once the erasure is done. Every done erasure has a receipt, which covers the one before it.
create table erasures (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    id uuid not null,
    -- counting, ready, erasing, done
    state text not null,
    -- erase: the leads go; anonymise: they stay as figures
    mode text not null,
    suppress boolean not null,
    -- The rule that asked for it; null: a person did.
    rule_id uuid,
    subject jsonb,
    -- How far it has come: the step, and a place within it.
    step bigint not null default 0,
    place jsonb,
    -- What was found, or done, so far.
    tally jsonb not null,
    actor_kind text not null,
    actor_id uuid,
    via text not null,
    created_at bigint not null,
    finished_at bigint,
    receipt_no bigint,
    receipt jsonb,
    previous_hash bytea,
    hash bytea,
    primary key (workspace_id, id)
);
create unique index erasures_by_receipt on erasures (workspace_id, receipt_no) where receipt_no is not null;
create index erasures_under_way on erasures (workspace_id, id) where subject is not null;

-- How long what is kept.
create table retention_rules (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    id uuid not null,
    name text not null,
    -- leads, history, importFiles
    what text not null,
    -- erase, anonymise
    mode text not null,
    older_than_days bigint not null,
    filter jsonb,
    suppress boolean not null,
    active boolean not null,
    -- The next night it is due; null where it is not active.
    next_at bigint,
    version bigint not null default 1,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (workspace_id, id)
);

-- What a rule did, night by night.
create table retention_runs (
    workspace_id bigint not null,
    rule_id uuid not null,
    id uuid not null,
    -- running, done
    state text not null,
    -- What is older than this goes.
    cutoff bigint not null,
    place jsonb,
    done bigint not null,
    erasures bigint not null,
    started_at bigint not null,
    finished_at bigint,
    primary key (workspace_id, rule_id, id)
); -- clustered
