-- What was made from what. Columns of views are only ever added, at the end: "create or replace"
-- takes nothing else, and what users built on a view stays.

create or replace view shoal.lineage_edge as
select
  made.sha256 as child,
  child.kind as child_kind,
  used.sha256 as parent,
  parent.kind as parent_kind,
  used.role,
  stage.stage_id,
  stage.name as stage,
  stage.shard,
  stage.status,
  stage.run_id,
  run.name as run,
  coalesce(origin.run_id, stage.run_id) as origin_run_id,
  coalesce(computation.key, stage.stage_id::text) as work,
  computation.key as computation_key,
  computation.code_version,
  computation.key_document as settings
from shoal.stage_artifact made
join shoal.stage_artifact used
  on used.stage_id = made.stage_id and used.direction = 'IN' and used.sha256 <> made.sha256
join shoal.artifact child on child.sha256 = made.sha256
join shoal.artifact parent on parent.sha256 = used.sha256
join shoal.stage on stage.stage_id = made.stage_id
join shoal.run on run.run_id = stage.run_id
left join shoal.stage origin on origin.stage_id = stage.reused_from
left join shoal.computation on computation.key = stage.computation_key
where made.direction = 'OUT';
comment on view shoal.lineage_edge is 'One row for each artifact made, each artifact it was made from, and each stage that did so or reused it.';
comment on column shoal.lineage_edge.child is 'What was made.';
comment on column shoal.lineage_edge.child_kind is 'Kind of what was made.';
comment on column shoal.lineage_edge.parent is 'What it was made from.';
comment on column shoal.lineage_edge.parent_kind is 'Kind of what it was made from.';
comment on column shoal.lineage_edge.role is 'What the parent was to the stage.';
comment on column shoal.lineage_edge.stage_id is 'Stage.';
comment on column shoal.lineage_edge.stage is 'Name of the stage.';
comment on column shoal.lineage_edge.shard is 'Shard of the stage.';
comment on column shoal.lineage_edge.status is 'COMPUTED by this stage, or REUSED.';
comment on column shoal.lineage_edge.run_id is 'Run of the stage.';
comment on column shoal.lineage_edge.run is 'Name of the run.';
comment on column shoal.lineage_edge.origin_run_id is 'Run that computed it; another one where the stage reused it.';
comment on column shoal.lineage_edge.work is 'What did it: the computation, or the stage where there is none.';
comment on column shoal.lineage_edge.computation_key is 'Computation, if any.';
comment on column shoal.lineage_edge.code_version is 'Version of the stage''s code.';
comment on column shoal.lineage_edge.settings is 'What the computation''s key was made from.';

-- Collects nodes, not paths, beginning at the artifact asked about: it costs what the answer holds,
-- however much else there is. Look-ups are kept one at a time ("lateral", "offset 0") because the
-- planner cannot know how far the walk goes, and would read whole tables. The function runs with the
-- rights of the schema's owner, since readers see no table; it shows what lineage_edge shows.
create or replace function shoal.lineage_walk(artifact text, up boolean)
returns setof shoal.lineage_edge
language sql stable security definer
set search_path = pg_catalog, pg_temp
set jit = off
set random_page_cost = 1.1
as $$
  with recursive reached (sha256) as (
    select artifact
    union
    select next.sha256
    from reached
    cross join lateral (
      select used.sha256::text
      from shoal.stage_artifact made
      join shoal.stage_artifact used on used.stage_id = made.stage_id and used.direction = 'IN'
      where up and made.sha256 = reached.sha256 and made.direction = 'OUT'
      union all
      select made.sha256::text
      from shoal.stage_artifact used
      join shoal.stage_artifact made on made.stage_id = used.stage_id and made.direction = 'OUT'
      where not up and used.sha256 = reached.sha256 and used.direction = 'IN'
    ) next
  ),
  known as materialized (
    select artifact.sha256, artifact.kind
    from reached
    join shoal.artifact on artifact.sha256 = reached.sha256
  ),
  -- each piece of work once: by the stage that did it, where that has not moved on
  maker as materialized (
    select distinct on (work.name collate "C", known.sha256 collate "C")
      known.sha256 as child, known.kind as child_kind, stage.*
    from known
    join shoal.stage_artifact made on made.sha256 = known.sha256 and made.direction = 'OUT'
    join shoal.stage on stage.stage_id = made.stage_id
    cross join lateral (
      select coalesce(stage.computation_key::text, stage.stage_id::text)
    ) work (name)
    order by work.name collate "C", known.sha256 collate "C", stage.status, stage.started_at desc
  ),
  -- looked up once a piece of work, not once an edge
  piece as materialized (
    select
      maker.*,
      run.name as run,
      coalesce(origin.run_id, maker.run_id) as origin_run_id,
      computation.code_version,
      computation.key_document
    from maker
    join shoal.run on run.run_id = maker.run_id
    left join lateral (
      select run_id from shoal.stage where stage_id = maker.reused_from offset 0
    ) origin on true
    left join lateral (
      select code_version, key_document
      from shoal.computation
      where key = maker.computation_key
      offset 0
    ) computation on true
  )
  select
    piece.child,
    piece.child_kind,
    parent.sha256,
    parent.kind,
    used.role,
    piece.stage_id,
    piece.name,
    piece.shard,
    piece.status,
    piece.run_id,
    piece.run,
    piece.origin_run_id,
    coalesce(piece.computation_key::text, piece.stage_id::text),
    piece.computation_key,
    piece.code_version,
    piece.key_document
  from piece
  cross join lateral (
    select distinct sha256, role
    from shoal.stage_artifact
    where stage_id = piece.stage_id and direction = 'IN' and sha256 <> piece.child
  ) used
  join known parent on parent.sha256 = used.sha256
$$;
comment on function shoal.lineage_walk is 'Rows of lineage_edge between an artifact and what it was made from (up), or what was made from it.';

create or replace function shoal.ancestors(artifact text)
returns setof shoal.lineage_edge
language sql stable
as $$ select * from shoal.lineage_walk(artifact, true) $$;
comment on function shoal.ancestors is 'Everything the artifact was made from, as rows of lineage_edge, each piece of work once.';

create or replace function shoal.descendants(artifact text)
returns setof shoal.lineage_edge
language sql stable
as $$ select * from shoal.lineage_walk(artifact, false) $$;
comment on function shoal.descendants is 'Everything that was ever made from the artifact, as rows of lineage_edge, each piece of work once.';

create or replace view shoal.lineage as
select artifact.sha256 as artifact, edge.*
from shoal.artifact
cross join lateral shoal.ancestors(artifact.sha256) edge;
comment on view shoal.lineage is 'The whole pedigree of every artifact: filter by the column artifact.';
comment on column shoal.lineage.artifact is 'Artifact whose pedigree this row belongs to.';
comment on column shoal.lineage.child is 'What was made.';
comment on column shoal.lineage.child_kind is 'Kind of what was made.';
comment on column shoal.lineage.parent is 'What it was made from.';
comment on column shoal.lineage.parent_kind is 'Kind of what it was made from.';
comment on column shoal.lineage.role is 'What the parent was to the stage.';
comment on column shoal.lineage.stage_id is 'Stage that computed it.';
comment on column shoal.lineage.stage is 'Name of the stage.';
comment on column shoal.lineage.shard is 'Shard of the stage.';
comment on column shoal.lineage.status is 'COMPUTED, or REUSED where the stage that computed it has moved on to other work.';
comment on column shoal.lineage.run_id is 'Run that computed it.';
comment on column shoal.lineage.run is 'Name of the run.';
comment on column shoal.lineage.origin_run_id is 'Run that computed it.';
comment on column shoal.lineage.work is 'What did it: the computation, or the stage where there is none.';
comment on column shoal.lineage.computation_key is 'Computation, if any.';
comment on column shoal.lineage.code_version is 'Version of the stage''s code.';
comment on column shoal.lineage.settings is 'What the computation''s key was made from.';


create or replace view shoal.artifact_summary as
select
  artifact.sha256,
  artifact.kind,
  artifact.bytes,
  artifact.created_at,
  artifact.deleted_at,
  array(
    select uri from shoal.artifact_location location
    where location.sha256 = artifact.sha256
    order by uri
  ) as places,
  (
    select count(distinct stage.run_id)
    from shoal.stage_artifact edge
    join shoal.stage using (stage_id)
    where edge.sha256 = artifact.sha256
  ) as runs,
  exists (
    select from shoal.pin
    where pin.sha256 = artifact.sha256
      or pin.run_id in (
        select stage.run_id
        from shoal.stage_artifact edge
        join shoal.stage using (stage_id)
        where edge.sha256 = artifact.sha256)
  ) as pinned
from shoal.artifact;
comment on view shoal.artifact_summary is 'One row an artifact: what it is, where it is, and how many runs read or made it.';
comment on column shoal.artifact_summary.sha256 is 'Digest.';
comment on column shoal.artifact_summary.kind is 'What it is: model and corpus come from outside, the others are made here.';
comment on column shoal.artifact_summary.bytes is 'Size of all its files together.';
comment on column shoal.artifact_summary.created_at is 'When it was recorded first.';
comment on column shoal.artifact_summary.deleted_at is 'When its bytes were given up; absent while they should exist.';
comment on column shoal.artifact_summary.places is 'Where its bytes are, or what an external input was read from.';
comment on column shoal.artifact_summary.runs is 'How many runs read or made it.';
comment on column shoal.artifact_summary.pinned is 'Whether a pin keeps it, its own or that of a run.';

do $$
begin
  revoke all on function shoal.lineage_walk, shoal.ancestors, shoal.descendants from public;
  if exists (select from pg_roles where rolname = 'shoal_owner') then
    grant execute on function shoal.lineage_walk, shoal.ancestors, shoal.descendants to shoal_owner;
  end if;
  if exists (select from pg_roles where rolname = 'shoal_worker') then
    grant execute on function shoal.lineage_walk, shoal.ancestors, shoal.descendants to shoal_worker;
  end if;
  if exists (select from pg_roles where rolname = 'shoal_reader') then
    grant execute on function shoal.lineage_walk, shoal.ancestors, shoal.descendants to shoal_reader;
    grant select on shoal.lineage_edge, shoal.lineage, shoal.artifact_summary to shoal_reader;
  end if;
end
$$;
