-- Imports.

-- One file on its way into leads.
create table lead_imports (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    id uuid not null,
    -- The file's own name.
    name text not null,
    -- csv, xlsx
    format text not null,
    size_bytes bigint not null,
    -- uploading, ready, checking, running, paused, done, stopped, failed, undone
    state text not null,
    -- Counts the starts: a job of an earlier one writes nothing any more.
    turn bigint not null default 0,
    -- What was found out about the file.
    detected jsonb not null,
    -- What is to be done with it.
    plan jsonb not null,
    -- Counts the changes of plan and corrections; a check says which one it was of.
    plan_version bigint not null default 1,
    -- How far the check or the run has come.
    progress jsonb,
    checked jsonb,
    report jsonb,
    -- Why it failed, in words for people.
    error text,
    -- Whoever started it, and which leads they saw.
    actor_kind text not null,
    actor_id uuid,
    seen jsonb not null,
    change_set_id uuid,
    created_at bigint not null,
    updated_at bigint not null,
    started_at bigint,
    finished_at bigint,
    -- The file is kept until then, and a run can be undone.
    kept_until bigint not null,
    file_removed_at bigint,
    primary key (workspace_id, id)
);
create index lead_imports_kept on lead_imports (kept_until) where file_removed_at is null;

-- The parts of a run that are done: five hundred rows of the file, and a byte for what became of each.
create table lead_import_slices (
    workspace_id bigint not null,
    import_id uuid not null,
    number bigint not null,
    outcomes bytea not null,
    primary key (workspace_id, import_id, number)
); -- clustered

-- Rows that somebody should look at; `phase` is check or run. `column_no` is -1 where the whole row is meant.
create table lead_import_problems (
    workspace_id bigint not null,
    import_id uuid not null,
    phase text not null,
    kind text not null,
    row_no bigint not null,
    column_no bigint not null,
    line bigint not null,
    message text not null,
    cells jsonb not null,
    primary key (workspace_id, import_id, phase, kind, row_no, column_no)
); -- clustered

-- What was corrected without touching the file. `place` is a hash of what is corrected.
create table lead_import_corrections (
    workspace_id bigint not null,
    import_id uuid not null,
    place text not null,
    correction jsonb not null,
    at bigint not null,
    primary key (workspace_id, import_id, place)
); -- clustered

-- What the columns of files meant before. The fingerprint is of the header.
create table lead_import_mappings (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    id uuid not null,
    name text not null,
    fingerprint text not null,
    headers jsonb not null,
    plan jsonb not null,
    created_at bigint not null,
    used_at bigint not null,
    primary key (workspace_id, id),
    unique (workspace_id, name)
);
create index lead_import_mappings_by_header on lead_import_mappings (workspace_id, fingerprint, used_at);

-- Files, where several nodes share the work and none can rely on another's disk.
create table lead_import_chunks (
    workspace_id bigint not null,
    import_id uuid not null,
    number bigint not null,
    bytes bytea not null,
    primary key (workspace_id, import_id, number)
);
-- only postgres
-- Files are read once or twice and in order; compressing each part would cost more than it saves.
alter table lead_import_chunks alter column bytes set storage external;
-- both
