-- A run is one execution of the whole method, started by one request.

create domain shoal.sha256 as text check (value ~ '^[0-9a-f]{64}$');
comment on domain shoal.sha256 is 'A SHA-256 digest, 64 lower-case hexadecimal digits.';

create table shoal.run (
  run_id                 uuid        primary key,
  namespace              text        not null,
  workflow_id            text        not null,
  first_execution_run_id text        not null,
  name                   text        not null,
  experiment             text,
  tags                   text[]      not null default '{}',
  request                jsonb       not null,
  resolved               jsonb,
  status                 text        not null default 'RUNNING',
  result                 jsonb,
  failure                jsonb,
  forked_from            uuid        references shoal.run,
  started_at             timestamptz not null default now(),
  ended_at               timestamptz,
  unique (namespace, workflow_id, first_execution_run_id),
  check (status in ('RUNNING', 'NEEDS_ATTENTION', 'SUCCEEDED', 'FAILED', 'CANCELED', 'TERMINATED')),
  check ((ended_at is null) = (status in ('RUNNING', 'NEEDS_ATTENTION'))),
  check (forked_from <> run_id)
);
create index run_by_name on shoal.run (name);
create index run_by_workflow on shoal.run (workflow_id);
create index run_by_start on shoal.run (started_at desc);
create index run_by_origin on shoal.run (forked_from) where forked_from is not null;

comment on table shoal.run is 'One execution of the whole method, started by one request.';
comment on column shoal.run.run_id is 'Made from workflow id and first execution run id, so that creating it twice is creating it once.';
comment on column shoal.run.namespace is 'Temporal namespace.';
comment on column shoal.run.workflow_id is 'Temporal workflow id.';
comment on column shoal.run.first_execution_run_id is 'Temporal run id of the first execution; it outlives continue-as-new and reset.';
comment on column shoal.run.name is 'Name given in the request; several runs may share it.';
comment on column shoal.run.experiment is 'Name of the experiment that several runs belong to, if any.';
comment on column shoal.run.tags is 'Words given in the request to find the run again.';
comment on column shoal.run.request is 'The request exactly as it was given.';
comment on column shoal.run.resolved is 'The request with every default filled in; absent until it was inspected.';
comment on column shoal.run.status is 'RUNNING, NEEDS_ATTENTION (waits for a person), SUCCEEDED, FAILED, CANCELED or TERMINATED.';
comment on column shoal.run.result is 'What a succeeded run answered.';
comment on column shoal.run.failure is 'Why the run failed or needs attention.';
comment on column shoal.run.forked_from is 'The run this one was forked from, if any.';
comment on column shoal.run.started_at is 'When the run was recorded first.';
comment on column shoal.run.ended_at is 'When the run ended; absent while it goes on.';
