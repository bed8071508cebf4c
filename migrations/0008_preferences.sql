-- What a person has chosen for their screens, in all workspaces alike; null until something was chosen.
alter table users add column preferences jsonb;
