-- One text for both engines, written in PostgreSQL's type words.
-- On SQLite every table becomes `strict`, and one that ends in `); -- clustered` is stored in the order of its primary key.
-- A block between `-- only sqlite` or `-- only postgres` and `-- both` is for that engine alone.
--
-- Two kinds of tables. Global tables are few and small; every other table is a workspace table: its primary key starts
-- with `workspace_id`, and so does every unique index and foreign key, so that PostgreSQL can be sharded by workspace.
-- The word behind `-- table:` says which kind follows; a test holds the two apart.

-- only postgres
create extension if not exists pg_trgm;
-- both

-- ── people and access ────────────────────────────────────────────────────────────────────────────────────────────────

-- table: global. `id` is small because every workspace row and index starts with it; the outside sees `public_id`.
create table workspaces (
    id bigint not null primary key,
    public_id uuid not null unique,
    name text not null,
    slug text not null unique,
    -- Key of the 64-bit hashes under which e-mail addresses and phone numbers are indexed.
    identity_key bytea not null,
    settings jsonb not null,
    created_at bigint not null
);

-- table: global
create table users (
    id uuid not null primary key,
    email text not null unique,
    name text not null,
    password_hash text,
    created_at bigint not null
);

-- table: global. Failed sign-ins, by the hash of the address typed or of the network they came from, and the time before
-- which the next try is not looked at. Addresses without an account are counted like those with one.
create table sign_in_failures (
    key bytea not null primary key,
    failures bigint not null,
    locked_until bigint,
    last_at bigint not null
);
create index sign_in_failures_by_age on sign_in_failures (last_at);

-- table: global. A session belongs to a person and looks at one workspace at a time.
create table sessions (
    id uuid not null primary key,
    token_hash bytea not null unique,
    user_id uuid not null references users (id) on delete cascade,
    workspace_id bigint not null references workspaces (id) on delete cascade,
    user_agent text not null,
    address text not null,
    created_at bigint not null,
    last_seen_at bigint not null,
    expires_at bigint not null
);
create index sessions_by_user on sessions (user_id);

-- table: global. The look-up of an API key by its hash; what the key may do stands in `api_keys`.
create table api_key_lookup (
    token_hash bytea not null primary key,
    workspace_id bigint not null,
    key_id uuid not null
);

-- table: global. One-time links: first setup, invitation, password reset.
create table one_time_tokens (
    token_hash bytea not null primary key,
    purpose text not null,
    workspace_id bigint references workspaces (id) on delete cascade,
    user_id uuid references users (id) on delete cascade,
    invitation_id uuid,
    created_at bigint not null,
    expires_at bigint not null
);

create table members (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    user_id uuid not null references users (id) on delete cascade,
    role_id uuid not null,
    active boolean not null default true,
    created_at bigint not null,
    primary key (workspace_id, user_id)
);
create index members_by_user on members (user_id);

-- The five built-in roles are rows too, made with the workspace; they cannot be changed or removed.
create table roles (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    id uuid not null,
    key text not null,
    name text not null,
    built_in boolean not null,
    permissions jsonb not null,
    scope text not null,
    created_at bigint not null,
    primary key (workspace_id, id),
    unique (workspace_id, key)
);

create table invitations (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    id uuid not null,
    email text not null,
    role_id uuid not null,
    invited_by uuid,
    -- The link's token, sealed with the server's secret key, so that an administrator can be shown it again.
    sealed_token bytea not null,
    created_at bigint not null,
    expires_at bigint not null,
    accepted_at bigint,
    primary key (workspace_id, id)
);

create table api_keys (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    id uuid not null,
    name text not null,
    -- The first characters of the key, so that a person can tell two keys apart.
    prefix text not null,
    role_id uuid not null,
    -- Null: everything the role may; otherwise a part of it.
    permissions jsonb,
    created_by uuid,
    created_at bigint not null,
    expires_at bigint,
    revoked_at bigint,
    last_used_at bigint,
    primary key (workspace_id, id)
);

create table teams (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    id uuid not null,
    name text not null,
    created_at bigint not null,
    primary key (workspace_id, id),
    unique (workspace_id, name)
);

create table team_members (
    workspace_id bigint not null,
    team_id uuid not null,
    user_id uuid not null,
    primary key (workspace_id, team_id, user_id),
    foreign key (workspace_id, team_id) references teams (workspace_id, id) on delete cascade
); -- clustered
create index team_members_by_user on team_members (workspace_id, user_id);

-- Append-only: each row's hash covers the row and the hash before it.
create table audit_log (
    workspace_id bigint not null,
    seq bigint not null,
    at bigint not null,
    actor_kind text not null,
    actor_id uuid,
    via text not null,
    action text not null,
    target text not null,
    data jsonb not null,
    previous_hash bytea not null,
    hash bytea not null,
    primary key (workspace_id, seq)
);
-- only sqlite
create trigger audit_log_no_update before update on audit_log
begin
    select raise(abort, 'the audit log is append-only');
end;
create trigger audit_log_no_delete before delete on audit_log
begin
    select raise(abort, 'the audit log is append-only');
end;
-- only postgres
create function audit_log_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only';
end $$;
create trigger audit_log_no_change before update or delete or truncate on audit_log
    for each statement execute function audit_log_refuse();
-- both

-- ── background work, events, repeated requests ───────────────────────────────────────────────────────────────────────

-- table: global
create table jobs (
    id uuid not null primary key,
    workspace_id bigint,
    kind text not null,
    payload jsonb not null,
    -- 0 urgent, 1 normal, 2 whenever.
    priority bigint not null,
    -- ready, running, parked (its lane is full), dead (given up; waits for a person).
    state text not null,
    run_at bigint not null,
    attempt bigint not null default 0,
    max_attempts bigint not null,
    unique_key text,
    -- Jobs of one lane run at most `lane_limit` at a time.
    lane text,
    lane_limit bigint,
    -- Set while it runs, and only then.
    lease_until bigint,
    lease_owner uuid,
    last_error text,
    created_at bigint not null
); -- clustered
-- At most one unfinished job has a given key.
create unique index jobs_unique_key on jobs (unique_key) where unique_key is not null;
create index jobs_ready on jobs (priority, run_at, id) where state = 'ready';
create index jobs_leased on jobs (lease_until) where lease_until is not null;
create index jobs_lanes on jobs (lane, state, run_at, id) where lane is not null;
create index jobs_dead on jobs (workspace_id, id) where state = 'dead';
-- only postgres
-- Every job leaves three dead versions of its row behind: the queue stays quick while they are cleared away often.
alter table jobs set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = -1);
-- both

-- What happened, in the order in which it became visible; the live stream and the listeners read it.
-- `epoch` orders commits where several run at a time (PostgreSQL's transaction number); it is 0 where one writer orders all.
create table events (
    workspace_id bigint not null,
    epoch bigint not null,
    seq bigint not null,
    kind text not null,
    lead_id uuid,
    -- Who may see it: the owners before and after.
    owner_id uuid,
    former_owner_id uuid,
    at bigint not null,
    data jsonb not null,
    primary key (workspace_id, epoch, seq)
); -- clustered

-- table: global. One row: the last event number given out.
create table event_numbers (
    one bigint not null primary key,
    last_seq bigint not null
);
insert into event_numbers (one, last_seq) values (1, 0);
-- only postgres
create sequence event_seq;
-- both

-- Answers to writes that carried an `Idempotency-Key`, kept for a day.
create table idempotent_answers (
    workspace_id bigint not null,
    caller_id uuid not null,
    key text not null,
    fingerprint bytea not null,
    status bigint not null,
    headers jsonb not null,
    body bytea not null,
    created_at bigint not null,
    primary key (workspace_id, caller_id, key)
); -- clustered
create index idempotent_answers_by_age on idempotent_answers (created_at);

-- ── leads ────────────────────────────────────────────────────────────────────────────────────────────────────────────

create table lead_pipelines (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    id uuid not null,
    name text not null,
    is_default boolean not null,
    position bigint not null,
    version bigint not null default 1,
    created_at bigint not null,
    updated_at bigint not null,
    -- Removed, kept because leads in the trash and the timeline still name it.
    removed_at bigint,
    primary key (workspace_id, id)
);
create unique index lead_pipelines_one_default on lead_pipelines (workspace_id) where is_default;

create table lead_pipeline_stages (
    workspace_id bigint not null,
    id uuid not null,
    pipeline_id uuid not null,
    name text not null,
    color text not null,
    -- open, won, lost
    type text not null,
    position bigint not null,
    created_at bigint not null,
    updated_at bigint not null,
    -- Being removed: takes no more leads, and its own are on their way there. A lead restored from the trash follows it too.
    moving_to uuid,
    -- Removed, kept because leads in the trash and the timeline still name it.
    removed_at bigint,
    primary key (workspace_id, id),
    foreign key (workspace_id, pipeline_id) references lead_pipelines (workspace_id, id) on delete cascade
);
create index lead_pipeline_stages_in_order on lead_pipeline_stages (workspace_id, pipeline_id, position);

-- Definitions of custom fields. A field that merely came in with a lead has no row here.
create table lead_fields (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    id uuid not null,
    key text not null,
    name text not null,
    -- text, number, money, date, boolean, choice, multiChoice, url, email, phone
    type text not null,
    options jsonb not null,
    required boolean not null,
    position bigint not null,
    version bigint not null default 1,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (workspace_id, id),
    unique (workspace_id, key)
);

-- `id` is a UUIDv7 made from `created_at`: newest first is the primary key backwards.
create table leads (
-- only sqlite
    -- The search index names rows by number, which must survive a vacuum.
    seq integer not null primary key,
-- both
    workspace_id bigint not null,
    id uuid not null,
    -- The stage's own pipeline, beside it so that a row can be shown without a look elsewhere.
    pipeline_id uuid not null,
    stage_id uuid not null,
    -- Higher is nearer the top of the column.
    position bigint not null,
    assigned_to uuid,
    name text not null,
    -- The name was only a stand-in (the e-mail address, the phone number); a better one may replace it.
    name_provisional boolean not null default false,
    email text,
    -- E.164, and as people read it.
    phone text,
    phone_display text,
    company text,
    title text,
    source text not null,
    score bigint not null default 0,
    -- Ten-thousandths of the currency's unit.
    value bigint,
    currency text,
    tags jsonb not null,
    custom_fields jsonb not null,
    -- What search looks through: name, e-mail, phone digits, company, folded; see leads/search.rs.
    search_text text not null,
    -- Keyed 64-bit hashes of the normalised address and number; rows are compared in full.
    email_hash bigint,
    phone_hash bigint,
    stage_changed_at bigint not null,
    converted_at bigint,
    contact_id uuid,
    version bigint not null default 1,
    created_at bigint not null,
    updated_at bigint not null,
    deleted_at bigint,
-- only sqlite
    unique (workspace_id, id),
-- only postgres
    primary key (workspace_id, id),
-- both
    foreign key (workspace_id, stage_id) references lead_pipeline_stages (workspace_id, id)
);
create index leads_board on leads (workspace_id, stage_id, position, id) where deleted_at is null;
create index leads_by_owner on leads (workspace_id, assigned_to, id) where deleted_at is null and assigned_to is not null;
create index leads_by_source on leads (workspace_id, source, id) where deleted_at is null;
create index leads_by_email on leads (email_hash) where email_hash is not null;
create index leads_by_phone on leads (phone_hash) where phone_hash is not null;
create index leads_trash on leads (workspace_id, deleted_at, id) where deleted_at is not null;

-- only sqlite
-- New leads are put in by `leads::search::index`; a trigger would make the index write itself out after every row.
create virtual table leads_search using fts5 (
    search_text, content = '', tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0
);
create trigger leads_search_update after update of search_text on leads when old.search_text <> new.search_text
begin
    insert into leads_search (leads_search, rowid, search_text) values ('delete', old.seq, old.search_text);
    insert into leads_search (rowid, search_text) values (new.seq, new.search_text);
end;
create trigger leads_search_delete after delete on leads
begin
    insert into leads_search (leads_search, rowid, search_text) values ('delete', old.seq, old.search_text);
end;
-- only postgres
create index leads_search on leads using gin (search_text gin_trgm_ops);
-- both

-- Which leads carry a tag, newest first. The owner stands beside it so that "this tag of this owner" is one walk.
create table lead_tags (
    workspace_id bigint not null,
    tag text not null,
    lead_id uuid not null,
    assigned_to uuid,
    primary key (workspace_id, tag, lead_id)
-- only postgres
    include (assigned_to)
-- both
); -- clustered

-- How many live leads, worth how much, by stage, owner and currency: kept in step by every commit.
-- `lane` spreads the writers of PostgreSQL over several rows; readers add them up.
-- `owner_id` is the zero UUID and `currency` is empty where there is none: a primary key holds no null.
create table lead_counts (
    workspace_id bigint not null,
    stage_id uuid not null,
    owner_id uuid not null,
    currency text not null,
    lane bigint not null,
    n bigint not null,
    amount bigint not null,
    primary key (workspace_id, stage_id, owner_id, currency, lane)
); -- clustered

-- One action over many leads. A large one is worked off in slices; `last_id` says how far it has come.
create table lead_change_sets (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    id uuid not null,
    action text not null,
    -- running, done, failed
    state text not null,
    -- What was asked, by whom, and which leads they saw.
    request jsonb not null,
    actor_kind text not null,
    actor_id uuid,
    total bigint not null,
    done bigint not null,
    changed bigint not null,
    last_id uuid,
    created_at bigint not null,
    finished_at bigint,
    primary key (workspace_id, id)
);

-- What became of each lead of a change set that ran as a job; `error` is null where it went well.
create table lead_change_set_rows (
    workspace_id bigint not null,
    change_set_id uuid not null,
    seq bigint not null,
    lead_id uuid not null,
    error text,
    primary key (workspace_id, change_set_id, seq)
); -- clustered

-- The timeline. `change_set_id` joins the rows of one action over many leads; null means the row's own id.
create table lead_activities (
    workspace_id bigint not null,
    lead_id uuid not null,
    id uuid not null,
    kind text not null,
    actor_kind text not null,
    actor_id uuid,
    at bigint not null,
    change_set_id uuid,
    data jsonb not null,
    primary key (workspace_id, lead_id, id)
); -- clustered

create table lead_notes (
    workspace_id bigint not null,
    lead_id uuid not null,
    id uuid not null,
    author_kind text not null,
    author_id uuid,
    body text not null,
    pinned boolean not null default false,
    mentions jsonb not null,
    version bigint not null default 1,
    created_at bigint not null,
    edited_at bigint,
    deleted_at bigint,
    primary key (workspace_id, lead_id, id)
); -- clustered
