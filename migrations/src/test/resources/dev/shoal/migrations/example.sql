-- The database that the answers in docs/sql.md are about; small enough to answer by hand.
--
-- legal-a: two corpora, one mixture, trained for 1,000 steps in three attempts.
-- legal-b: the same for 2,000 steps; everything before training is reused.
-- code-only: three attempts without progress, then it waits for a person.

create function pg_temp.digest(word text) returns text language sql
  as $$ select rpad(word, 64, '0') $$;
create function pg_temp.key(word text) returns text language sql
  as $$ select encode(sha256(convert_to(word, 'UTF8')), 'hex') $$;
create function pg_temp.id(word text) returns uuid language sql
  as $$ select md5(word)::uuid $$;
create function pg_temp.at(minutes double precision) returns timestamptz language sql
  as $$ select timestamptz '2026-03-02 09:00:00+00' + minutes * interval '1 minute' $$;

insert into shoal.run (run_id, namespace, workflow_id, first_execution_run_id, name, tags, request,
  status, result, failure, started_at, ended_at)
values
  (pg_temp.id('legal-a'), 'default', 'shoal/legal-a/1', 'e', 'legal-a', '{law}', '{"model": "/models/dense"}',
   'SUCCEEDED', jsonb_build_object('model', pg_temp.digest('aa'), 'exportSha256', pg_temp.digest('ea')), null,
   pg_temp.at(0), pg_temp.at(140)),
  (pg_temp.id('legal-b'), 'default', 'shoal/legal-b/1', 'e', 'legal-b', '{law}', '{"model": "/models/dense"}',
   'SUCCEEDED', jsonb_build_object('model', pg_temp.digest('ab'), 'exportSha256', pg_temp.digest('eb')), null,
   pg_temp.at(200), pg_temp.at(240)),
  (pg_temp.id('code-only'), 'default', 'shoal/code-only/1', 'e', 'code-only', '{}', '{"model": "/models/dense"}',
   'NEEDS_ATTENTION', null,
   '{"type": "NoProgress", "message": "build experts: 3 attempts in a row failed without getting further"}',
   pg_temp.at(300), null);

insert into shoal.environment (sha256, document)
values
  (pg_temp.digest('e1'), '{"engine": "2.7.1", "gpus": ["H100"], "os": "Linux"}'),
  (pg_temp.digest('e2'), '{"engine": "2.7.1", "gpus": ["H100", "H100"], "os": "Linux"}');

insert into shoal.artifact (sha256, kind, media_type, bytes)
select pg_temp.digest(word), kind, 'application/vnd.shoal.manifest+json', bytes
from (values
  ('de', 'model', 2000), ('c1', 'corpus', 500), ('c2', 'corpus', 300),
  ('b1', 'tokens', 100), ('b2', 'tokens', 60), ('ee', 'experts', 900), ('a0', 'moe', 1),
  ('aa', 'moe', 700), ('ab', 'moe', 700), ('ea', 'export', 3000), ('eb', 'export', 3000)
) artifact (word, kind, bytes);
insert into shoal.artifact_location (sha256, uri)
values
  (pg_temp.digest('de'), '/models/dense'), (pg_temp.digest('c1'), '/corpora/law.jsonl'),
  (pg_temp.digest('c2'), '/corpora/code.jsonl');
insert into shoal.pin (sha256, reason) values (pg_temp.digest('ea'), 'in production');

-- what is computed: its word, stage, shard, settings, inputs, output, seconds, device
create temp table work as
select * from (values
  ('t1', 'tokenize', 'law', '{}', '{text c1,tokenizer de}', 'b1', 60, null),
  ('t2', 'tokenize', 'code', '{}', '{text c2,tokenizer de}', 'b2', 30, null),
  ('x1', 'build experts', '', '{"width": 0.5}', '{dense de,"tokens law b1","tokens code b2"}', 'ee', 600, 'cuda'),
  ('r1', 'reassemble', '', '{"experts_per_token": 1}', '{dense de,experts ee}', 'a0', 6, null),
  ('f1', 'train experts', '', '{"steps": 1000, "weights": "lora"}', '{dense de,moe a0,"tokens law b1"}', 'aa', 3600, 'cuda'),
  ('f2', 'train experts', '', '{"steps": 2000, "weights": "lora"}', '{dense de,moe a0,"tokens law b1"}', 'ab', 1800, 'cuda'),
  ('s0', 'evaluate', 'dense', '{"windows": 128, "subject": "dense"}', '{dense de,"tokens law b1"}', null, 120, 'cuda'),
  ('s1', 'evaluate', 'assembled', '{"windows": 128, "subject": "assembled"}', '{dense de,moe a0,"tokens law b1"}', null, 120, 'cuda'),
  ('s2', 'evaluate', 'trained', '{"windows": 128, "subject": "trained"}', '{dense de,moe aa,"tokens law b1"}', null, 120, 'cuda'),
  ('s3', 'evaluate', 'trained', '{"windows": 128, "subject": "trained"}', '{dense de,moe ab,"tokens law b1"}', null, 120, 'cuda'),
  ('c3', 'export', '', '{"dtype": "bfloat16"}', '{dense de,moe aa}', 'ea', 240, 'cuda'),
  ('c4', 'export', '', '{"dtype": "bfloat16"}', '{dense de,moe ab}', 'eb', 240, 'cuda'),
  ('x2', 'build experts', '', '{"width": 0.25}', '{dense de,"tokens code b2"}', null, null, 'cuda')
) work (word, stage, shard, settings, inputs, output, seconds, device);

-- each input is its role, a space, its word
create temp table read as
select word, rtrim(left(input, -2)) as role, right(input, 2) as artifact, ordinal::int - 1 as ordinal
from work, unnest(inputs::text[]) with ordinality as read (input, ordinal);

-- what a run asked for: its place in time, and the attempts that were made for it
create temp table asked as
select row_number() over () as place, * from (values
  ('legal-a', 't1'), ('legal-a', 't2'), ('legal-a', 'x1'), ('legal-a', 'r1'), ('legal-a', 's0'),
  ('legal-a', 's1'), ('legal-a', 'f1'), ('legal-a', 's2'), ('legal-a', 'c3'),
  ('legal-b', 't1'), ('legal-b', 't2'), ('legal-b', 'x1'), ('legal-b', 'r1'), ('legal-b', 's0'),
  ('legal-b', 's1'), ('legal-b', 'f2'), ('legal-b', 's3'), ('legal-b', 'c4'),
  ('code-only', 't2'), ('code-only', 'x2')
) asked (run, word);

insert into shoal.computation (key, key_document, stage_name, code_version, status, lease_epoch)
select pg_temp.key(word),
  jsonb_strip_nulls(jsonb_build_object('stage', stage, 'code_version', 1, 'settings', settings::jsonb,
    'device', device, 'inputs', (
      select jsonb_agg(jsonb_build_object('role', role, 'sha256', pg_temp.digest(artifact)) order by ordinal)
      from read where read.word = work.word))),
  stage, '1', case when seconds is null then 'FAILED' else 'RELEASED' end,
  case when word in ('f1', 'x2') then 3 else 1 end
from work;

insert into shoal.stage (stage_id, run_id, name, shard, computation_key, status, reused_from, started_at, ended_at)
select pg_temp.id(asked.run || word), pg_temp.id(asked.run), stage, shard, pg_temp.key(word),
  case when seconds is null then 'RUNNING' when first.run = asked.run then 'COMPUTED' else 'REUSED' end,
  case when first.run <> asked.run then pg_temp.id(first.run || word) end,
  pg_temp.at(asked.place), case when seconds is not null then pg_temp.at(asked.place + 1) end
from asked
join work using (word)
join (select distinct on (word) word, run from asked order by word, place) first using (word)
order by asked.place;

update shoal.computation
set created_at = first.started_at
from (select computation_key, min(started_at) as started_at from shoal.stage group by computation_key) first
where key = computation_key;
update shoal.computation
set status = 'SUCCEEDED', output = '{}', seconds = work.seconds, origin_stage = stage.stage_id,
  origin_run = stage.run_id, finished_at = stage.ended_at
from work
join shoal.stage on stage.computation_key = pg_temp.key(work.word) and stage.status = 'COMPUTED'
where computation.key = pg_temp.key(work.word);

insert into shoal.stage_artifact (stage_id, direction, role, ordinal, sha256)
select pg_temp.id(run || word), 'IN', role, ordinal, pg_temp.digest(artifact)
from asked join read using (word) join work using (word)
where seconds is not null
union all
select pg_temp.id(run || word), 'OUT', kind, 0, sha256
from asked join work using (word) join shoal.artifact on sha256 = pg_temp.digest(output);

-- most of it went well at once, on the machine with one GPU
insert into shoal.attempt (key, epoch, stage_id, worker, task_queue, temporal_run_id, activity_id,
  temporal_attempt, environment_sha256, outcome, started_at, ended_at)
select key, 1, origin_stage, 'gpu-1', 'shoal', 't', 'a', 1, pg_temp.digest('e1'), 'SUCCEEDED',
  pg_temp.at(0), pg_temp.at(seconds / 60)
from shoal.computation
where status = 'SUCCEEDED' and stage_name <> 'train experts';
insert into shoal.attempt (key, epoch, stage_id, worker, task_queue, temporal_run_id, activity_id,
  temporal_attempt, environment_sha256, resumed_from_step, outcome, failure, started_at, ended_at)
select pg_temp.key(word), epoch, pg_temp.id(run || word), worker, 'shoal-gpu', 't', 'a', epoch,
  pg_temp.digest(environment), step, outcome,
  case when message is not null then jsonb_build_object('message', message) end,
  pg_temp.at(0), pg_temp.at(minutes)
from (values
  ('legal-a', 'f1', 1, 'gpu-1', 'e1', null, 'LOST', null, 30),
  ('legal-a', 'f1', 2, 'gpu-1', 'e1', 300, 'FAILED', 'CUDA out of memory', 15),
  ('legal-a', 'f1', 3, 'gpu-2', 'e2', 300, 'SUCCEEDED', null, 60),
  ('legal-b', 'f2', 1, 'gpu-2', 'e2', null, 'SUCCEEDED', null, 30),
  ('code-only', 'x2', 1, 'gpu-1', 'e1', null, 'FAILED', 'no window has 256 tokens', 5),
  ('code-only', 'x2', 2, 'gpu-1', 'e1', null, 'FAILED', 'no window has 256 tokens', 5),
  ('code-only', 'x2', 3, 'gpu-1', 'e1', null, 'FAILED', 'no window has 256 tokens', 5)
) tried (run, word, epoch, worker, environment, step, outcome, message, minutes);

insert into shoal.metric (key, name, step, value, lease_epoch)
select pg_temp.key(word), name, step, value, 1
from (values
  ('s0', 'perplexity_per_token/geometric_mean', 0, 16), ('s0', 'active_parameters', 0, 1000000),
  ('s1', 'perplexity_per_token/geometric_mean', 0, 40), ('s1', 'active_parameters', 0, 600000),
  ('s2', 'perplexity_per_token/geometric_mean', 0, 18), ('s2', 'active_parameters', 0, 600000),
  ('s3', 'perplexity_per_token/geometric_mean', 0, 17), ('s3', 'active_parameters', 0, 600000),
  ('f1', 'loss', 500, 3.5), ('f1', 'loss', 1000, 3.25),
  ('f2', 'loss', 500, 3.5), ('f2', 'loss', 1000, 3.125), ('f2', 'loss', 2000, 3.0)
) metric (word, name, step, value);
