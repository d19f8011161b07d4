-- 100 families of 1,000 artifacts and one model that all of them began with. Artifact n of a family
-- is made from n - 1, from n / 2 and from the model; every step was reused by a second run.
-- Foreign keys hold by construction; checking them row by row would take a minute.
set session_replication_role = replica;

create function pg_temp.digest(word text) returns text language sql
  as $$ select encode(sha256(convert_to(word, 'UTF8')), 'hex') $$;
create function pg_temp.id(word text) returns uuid language sql
  as $$ select md5(word)::uuid $$;

insert into shoal.run (run_id, namespace, workflow_id, first_execution_run_id, name, request)
select pg_temp.id('run ' || family || ' ' || copy), 'default', 'w' || family || '-' || copy, 'e',
  'family-' || family, '{}'
from generate_series(1, 100) family, generate_series(1, 2) copy;

insert into shoal.artifact (sha256, kind, media_type, bytes)
select pg_temp.digest('model'), 'model', 'application/json', 1
union all
select pg_temp.digest(family || ' ' || n), 'part', 'application/json', 1
from generate_series(1, 100) family, generate_series(0, 999) n;

insert into shoal.computation (key, key_document, stage_name, code_version)
select pg_temp.digest('key ' || family || ' ' || n),
  jsonb_build_object('stage', 'train experts', 'code_version', 1, 'settings', jsonb_build_object('n', n)),
  'train experts', '1'
from generate_series(1, 100) family, generate_series(1, 999) n;

insert into shoal.stage (stage_id, run_id, name, shard, computation_key, status, reused_from, ended_at)
select pg_temp.id('stage ' || family || ' ' || n || ' ' || copy), pg_temp.id('run ' || family || ' ' || copy),
  'train experts', n::text, pg_temp.digest('key ' || family || ' ' || n),
  case copy when 1 then 'COMPUTED' else 'REUSED' end,
  case copy when 1 then null else pg_temp.id('stage ' || family || ' ' || n || ' 1') end, now()
from generate_series(1, 2) copy, generate_series(1, 100) family, generate_series(1, 999) n;

insert into shoal.stage_artifact (stage_id, direction, role, ordinal, sha256)
select pg_temp.id('stage ' || family || ' ' || n || ' ' || copy), edge.direction, edge.role, edge.ordinal,
  pg_temp.digest(
    case edge.role
      when 'dense' then 'model'
      when 'before' then family || ' ' || n - 1
      when 'half' then family || ' ' || n / 2
      else family || ' ' || n
    end)
from generate_series(1, 100) family, generate_series(1, 999) n, generate_series(1, 2) copy,
  (values ('IN', 'dense', 0), ('IN', 'before', 1), ('IN', 'half', 2), ('OUT', 'part', 0))
    edge (direction, role, ordinal);
set session_replication_role = origin;
