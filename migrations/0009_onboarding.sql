-- The first steps in a workspace.

-- Whether a person ever moved a lead is asked on every visit of whoever has not put the list of first steps away.
create index lead_activities_moved_by_people on lead_activities (workspace_id)
    where kind = 'stage_changed' and actor_kind = 'user';

-- First steps that stay done although what they were done with is gone: written when the sample leads are removed.
create table onboarding_steps (
    workspace_id bigint not null references workspaces (id) on delete cascade,
    step text not null,
    at bigint not null,
    primary key (workspace_id, step)
); -- clustered
