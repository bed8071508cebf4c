-- Change-sets, and where merged leads went.

-- Through what an action came, where its actor does not tell: people come by the web, keys by the API, the system by a job.
alter table lead_activities add column via text;
-- Whose row this was before that lead was merged into the one it stands at now: a path of ids, each behind a slash, the
-- newest last. Null for a lead's own rows.
alter table lead_activities add column origin text;
alter table lead_notes add column origin text;
-- Every change belongs to a change set. A new lead that came in by itself is its own, under its own id; it needs no entry.
update lead_activities set change_set_id = id where change_set_id is null and kind <> 'created';
create index lead_activities_by_change_set on lead_activities (workspace_id, change_set_id, lead_id)
    where change_set_id is not null;

alter table lead_change_sets add column via text;
-- The change set that this one takes back.
alter table lead_change_sets add column undoes uuid;
create index lead_change_sets_undone on lead_change_sets (workspace_id, undoes) where undoes is not null;

-- Where leads went that were merged into others; their ids stay good for ever.
create table lead_redirects (
    workspace_id bigint not null,
    from_id uuid not null,
    -- Where it is to be found today; chains are made flat.
    to_id uuid not null,
    -- What it was merged into.
    merged_into uuid not null,
    change_set_id uuid not null,
    created_at bigint not null,
    primary key (workspace_id, from_id)
); -- clustered
create index lead_redirects_by_target on lead_redirects (workspace_id, to_id);
