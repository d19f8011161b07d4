-- A computation is one piece of work named by its inputs, done once for the whole database.
-- A stage is the place a computation has in one run; an attempt is one try at it.

create table shoal.environment (
  sha256     shoal.sha256 primary key,
  document   jsonb        not null,
  created_at timestamptz  not null default now()
);
comment on table shoal.environment is 'The machines and software that attempts ran on.';
comment on column shoal.environment.sha256 is 'Digest of the canonical JSON of the document.';
comment on column shoal.environment.document is 'Source revision, JVM, operating system, processor, devices, driver, engine and thread count.';
comment on column shoal.environment.created_at is 'When this environment was seen first.';

create table shoal.computation (
  key            shoal.sha256     primary key,
  key_document   jsonb            not null,
  stage_name     text             not null,
  code_version   text             not null,
  status         text             not null default 'RELEASED',
  lease_epoch    bigint           not null default 0,
  lease_owner    text,
  lease_stage    uuid,
  lease_until    timestamptz,
  forgiven_epoch bigint           not null default 0,
  checkpoints    jsonb            not null default '[]',
  output         jsonb,
  seconds        double precision,
  origin_run     uuid             references shoal.run,
  origin_stage   uuid,
  created_at     timestamptz      not null default now(),
  finished_at    timestamptz,
  check (status in ('RUNNING', 'RELEASED', 'FAILED', 'SUCCEEDED', 'INVALIDATED')),
  check (lease_epoch >= forgiven_epoch and forgiven_epoch >= 0),
  check ((status = 'RUNNING') = (lease_until is not null)),
  check ((lease_until is null) = (lease_owner is null)),
  check ((lease_until is null) = (lease_stage is null)),
  check ((status = 'SUCCEEDED') = (output is not null)),
  check (status <> 'SUCCEEDED' or (origin_run is not null and origin_stage is not null)),
  check (jsonb_typeof(checkpoints) = 'array'),
  check (seconds >= 0)
);
create index computation_by_lease on shoal.computation (lease_until) where status = 'RUNNING';

create table shoal.stage (
  stage_id        uuid         primary key,
  run_id          uuid         not null references shoal.run,
  name            text         not null,
  shard           text         not null default '',
  computation_key shoal.sha256 references shoal.computation,
  status          text         not null default 'RUNNING',
  reused_from     uuid         references shoal.stage,
  reason          jsonb,
  started_at      timestamptz  not null default now(),
  ended_at        timestamptz,
  unique (run_id, name, shard),
  check (status in ('RUNNING', 'COMPUTED', 'REUSED', 'SKIPPED', 'FAILED')),
  check ((ended_at is null) = (status = 'RUNNING')),
  check ((reused_from is not null) = (status = 'REUSED')),
  check (reused_from <> stage_id)
);
create index stage_by_computation on shoal.stage (computation_key);
create index stage_by_origin on shoal.stage (reused_from) where reused_from is not null;

alter table shoal.computation add foreign key (lease_stage) references shoal.stage;
alter table shoal.computation add foreign key (origin_stage) references shoal.stage;

create table shoal.attempt (
  key                shoal.sha256 not null references shoal.computation,
  epoch              bigint       not null,
  stage_id           uuid         not null references shoal.stage,
  worker             text         not null,
  task_queue         text         not null,
  temporal_run_id    text         not null,
  activity_id        text         not null,
  temporal_attempt   integer      not null,
  environment_sha256 shoal.sha256 references shoal.environment,
  resumed_from_step  bigint,
  outcome            text         not null default 'RUNNING',
  failure            jsonb,
  started_at         timestamptz  not null default now(),
  ended_at           timestamptz,
  primary key (key, epoch),
  check (epoch >= 1),
  check (temporal_attempt >= 1),
  check (resumed_from_step >= 0),
  check (outcome in ('RUNNING', 'SUCCEEDED', 'FAILED', 'RELEASED', 'LOST', 'INVALIDATED')),
  check ((ended_at is null) = (outcome = 'RUNNING'))
);
create index attempt_by_stage on shoal.attempt (stage_id);

comment on table shoal.computation is 'One piece of work, named by everything that determines its result; one row a key in the whole database.';
comment on column shoal.computation.key is 'SHA-256 over the canonical JSON of the key document.';
comment on column shoal.computation.key_document is 'What the key was made from: stage, code version, settings, input digests, device kind, dtype, engine.';
comment on column shoal.computation.stage_name is 'Name of the stage that this work belongs to.';
comment on column shoal.computation.code_version is 'Version of the stage''s code, raised by hand whenever its output changes.';
comment on column shoal.computation.status is 'RUNNING (leased), RELEASED (free, unfinished), FAILED (free, last try failed), SUCCEEDED, or INVALIDATED (its result was damaged).';
comment on column shoal.computation.lease_epoch is 'Raised by every claim; only the holder of the newest epoch may write.';
comment on column shoal.computation.lease_owner is 'Identity of the worker that holds the lease.';
comment on column shoal.computation.lease_stage is 'Stage that the lease is held for; a new attempt of the same stage takes it over at once.';
comment on column shoal.computation.lease_until is 'When the lease ends unless it is renewed, by the clock of the database.';
comment on column shoal.computation.forgiven_epoch is 'Attempts up to this epoch no longer count as tries without progress.';
comment on column shoal.computation.checkpoints is 'Checkpoints kept, newest first: step, path, sha256, bytes, epoch.';
comment on column shoal.computation.output is 'What the stage answered; present exactly when it succeeded.';
comment on column shoal.computation.seconds is 'Time the result took to compute, over all attempts that led to it.';
comment on column shoal.computation.origin_run is 'Run that computed the result.';
comment on column shoal.computation.origin_stage is 'Stage that computed the result.';
comment on column shoal.computation.created_at is 'When the key was claimed first.';
comment on column shoal.computation.finished_at is 'When the result was committed.';

comment on table shoal.stage is 'A step of one run, and the computation that answers it.';
comment on column shoal.stage.stage_id is 'Made from run, name and shard, so that starting it twice is starting it once.';
comment on column shoal.stage.run_id is 'Run that the stage belongs to.';
comment on column shoal.stage.name is 'Name of the stage: tokenize, calibrate, affinity and so on.';
comment on column shoal.stage.shard is 'Which of several like it: a data set, a row, a segment; empty where there is one.';
comment on column shoal.stage.computation_key is 'Computation that answers the stage; absent for a stage that computes nothing.';
comment on column shoal.stage.status is 'RUNNING, COMPUTED here, REUSED from another stage, SKIPPED or FAILED.';
comment on column shoal.stage.reused_from is 'Stage whose result was reused; its run is the origin.';
comment on column shoal.stage.reason is 'Why the stage failed or was skipped.';
comment on column shoal.stage.started_at is 'When the stage began.';
comment on column shoal.stage.ended_at is 'When the stage ended; absent while it runs.';

comment on table shoal.attempt is 'One try at a computation; the epoch is its number.';
comment on column shoal.attempt.key is 'Computation that was tried.';
comment on column shoal.attempt.epoch is 'Lease epoch of the try, from 1.';
comment on column shoal.attempt.stage_id is 'Stage that asked for it.';
comment on column shoal.attempt.worker is 'Identity of the worker process.';
comment on column shoal.attempt.task_queue is 'Temporal task queue that the work came from.';
comment on column shoal.attempt.temporal_run_id is 'Temporal run id of the workflow execution.';
comment on column shoal.attempt.activity_id is 'Temporal activity id.';
comment on column shoal.attempt.temporal_attempt is 'Temporal''s own count of tries, from 1; it begins again after a reset.';
comment on column shoal.attempt.environment_sha256 is 'Machine and software of the try, if recorded.';
comment on column shoal.attempt.resumed_from_step is 'Step of the checkpoint it went on from; absent when it began anew.';
comment on column shoal.attempt.outcome is 'RUNNING, SUCCEEDED, FAILED, RELEASED (paused or shut down), LOST (taken over without a word) or INVALIDATED (result found damaged later).';
comment on column shoal.attempt.failure is 'Why it failed, or why its result was thrown away.';
comment on column shoal.attempt.started_at is 'When the claim was granted.';
comment on column shoal.attempt.ended_at is 'When the try ended; absent while it runs.';
