-- only postgres
-- Groups of letters, as before, and beside them when a lead's id was made: of the workspace, within 2^24 ms (4.7 hours) and
-- within 2^28 ms (3.1 days). So a search can ask for the newest finds first; see leads/recent.rs.
drop index leads_search;
create index leads_search on leads using gin (
    (array[workspace_id::text || '/' || left(id::text, 6), workspace_id::text || '/' || left(id::text, 5)]),
    search_text gin_trgm_ops
);
-- both
