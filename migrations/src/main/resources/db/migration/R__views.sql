-- The views are the public interface for SQL users; tables may change, these only grow: columns are
-- added at the end, which is all that "create or replace" takes. What users built on a view stays.

create or replace view shoal.run_summary as
select
  run.run_id,
  run.name,
  run.experiment,
  run.tags,
  run.status,
  run.workflow_id,
  run.forked_from,
  run.started_at,
  run.ended_at,
  extract(epoch from coalesce(run.ended_at, now()) - run.started_at)::double precision as seconds,
  coalesce(stages.computed, 0) as stages_computed,
  coalesce(stages.reused, 0) as stages_reused,
  coalesce(stages.running, 0) as stages_running,
  coalesce(stages.failed, 0) as stages_failed,
  coalesce(stages.seconds_computed, 0) as seconds_computed,
  coalesce(stages.seconds_saved, 0) as seconds_saved,
  run.failure ->> 'message' as failure,
  run.result ->> 'model' as model,
  run.result ->> 'exportSha256' as export,
  coalesce(run.resolved, run.request) as request
from shoal.run
left join (
  select
    stage.run_id,
    count(*) filter (where stage.status = 'COMPUTED') as computed,
    count(*) filter (where stage.status = 'REUSED') as reused,
    count(*) filter (where stage.status = 'RUNNING') as running,
    count(*) filter (where stage.status = 'FAILED') as failed,
    sum(computation.seconds) filter (where stage.status = 'COMPUTED') as seconds_computed,
    sum(computation.seconds) filter (where stage.status = 'REUSED') as seconds_saved
  from shoal.stage
  left join shoal.computation on computation.key = stage.computation_key
  group by stage.run_id
) stages using (run_id);
comment on view shoal.run_summary is 'One row a run: status, time, and how much was computed and reused.';
comment on column shoal.run_summary.run_id is 'Run.';
comment on column shoal.run_summary.name is 'Name given in the request.';
comment on column shoal.run_summary.experiment is 'Experiment, if any.';
comment on column shoal.run_summary.tags is 'Words given in the request.';
comment on column shoal.run_summary.status is 'RUNNING, PAUSED, NEEDS_ATTENTION, SUCCEEDED, FAILED, CANCELED or TERMINATED.';
comment on column shoal.run_summary.workflow_id is 'Temporal workflow id.';
comment on column shoal.run_summary.forked_from is 'Run this one was forked from, if any.';
comment on column shoal.run_summary.started_at is 'When it began.';
comment on column shoal.run_summary.ended_at is 'When it ended.';
comment on column shoal.run_summary.seconds is 'Time from begin to end, or until now.';
comment on column shoal.run_summary.stages_computed is 'Stages computed by this run.';
comment on column shoal.run_summary.stages_reused is 'Stages whose result was there already.';
comment on column shoal.run_summary.stages_running is 'Stages that have begun and not ended.';
comment on column shoal.run_summary.stages_failed is 'Stages that failed.';
comment on column shoal.run_summary.seconds_computed is 'Seconds of work behind the stages computed.';
comment on column shoal.run_summary.seconds_saved is 'Seconds of work behind the stages reused.';
comment on column shoal.run_summary.failure is 'Message of the failure, or of what needs attention.';
comment on column shoal.run_summary.model is 'Digest of the mixture that it ended with.';
comment on column shoal.run_summary.export is 'Digest of the stock checkpoint made from it, if any.';
comment on column shoal.run_summary.request is 'The request with every default filled in, or as it was given where it was refused.';

create or replace view shoal.stage_history as
select
  stage.run_id,
  run.name as run,
  stage.stage_id,
  stage.name as stage,
  stage.shard,
  stage.status,
  stage.computation_key,
  origin.run_id as reused_from_run,
  attempt.epoch,
  attempt.outcome,
  attempt.resumed_from_step,
  attempt.worker,
  attempt.task_queue,
  attempt.temporal_attempt,
  attempt.environment_sha256,
  coalesce(attempt.started_at, stage.started_at) as started_at,
  coalesce(attempt.ended_at, stage.ended_at) as ended_at,
  coalesce(attempt.failure, stage.reason) ->> 'message' as reason,
  tried.seconds,
  held.device,
  held.devices,
  tried.seconds * held.devices as device_seconds,
  environment.document as environment
from shoal.stage
join shoal.run on run.run_id = stage.run_id
left join shoal.stage origin on origin.stage_id = stage.reused_from
left join shoal.attempt on attempt.stage_id = stage.stage_id
left join shoal.computation on computation.key = attempt.key
left join shoal.environment on environment.sha256 = attempt.environment_sha256
left join lateral (
  select extract(epoch from coalesce(attempt.ended_at, now()) - attempt.started_at)::double precision
    as seconds
) tried on true
left join lateral (
  select
    computation.key_document ->> 'device' as device,
    case computation.key_document ->> 'device'
      when 'cuda' then greatest(1, jsonb_array_length(environment.document -> 'gpus'))
      when 'cpu' then 1
      else 0
    end as devices
  where attempt.key is not null
) held on true;
comment on view shoal.stage_history is 'One row an attempt of a stage, and one for a stage that needed none.';
comment on column shoal.stage_history.run_id is 'Run.';
comment on column shoal.stage_history.run is 'Name of the run.';
comment on column shoal.stage_history.stage_id is 'Stage.';
comment on column shoal.stage_history.stage is 'Name of the stage.';
comment on column shoal.stage_history.shard is 'Shard of the stage.';
comment on column shoal.stage_history.status is 'Status of the stage: RUNNING, COMPUTED, REUSED, SKIPPED or FAILED.';
comment on column shoal.stage_history.computation_key is 'Computation that answers the stage, if any.';
comment on column shoal.stage_history.reused_from_run is 'Run whose result was reused, if any.';
comment on column shoal.stage_history.epoch is 'Number of the attempt; absent where none was needed.';
comment on column shoal.stage_history.outcome is 'RUNNING, SUCCEEDED, FAILED, RELEASED, LOST or INVALIDATED.';
comment on column shoal.stage_history.resumed_from_step is 'Step of the checkpoint that the attempt went on from.';
comment on column shoal.stage_history.worker is 'Worker of the attempt.';
comment on column shoal.stage_history.task_queue is 'Task queue of the attempt.';
comment on column shoal.stage_history.temporal_attempt is 'Temporal''s count of tries.';
comment on column shoal.stage_history.environment_sha256 is 'Environment of the attempt.';
comment on column shoal.stage_history.started_at is 'Begin of the attempt, or of the stage.';
comment on column shoal.stage_history.ended_at is 'End of the attempt, or of the stage.';
comment on column shoal.stage_history.reason is 'Message of the failure, or why the stage was skipped.';
comment on column shoal.stage_history.seconds is 'Time from begin to end of the attempt, or until now.';
comment on column shoal.stage_history.device is 'cuda or cpu; absent for a stage whose result does not depend on it.';
comment on column shoal.stage_history.devices is 'How many devices the worker held for the attempt: its GPUs, 1 for a processor, 0 for a stage that asks for none.';
comment on column shoal.stage_history.device_seconds is 'Seconds times devices.';
comment on column shoal.stage_history.environment is 'Machine and software of the attempt.';

create or replace view shoal.stage_summary as
select
  stage.run_id,
  run.name as run,
  stage.stage_id,
  stage.name as stage,
  stage.shard,
  stage.status,
  stage.computation_key,
  computation.code_version,
  computation.key_document as settings,
  origin.run_id as reused_from_run,
  coalesce(tried.attempts, 0) as attempts,
  coalesce(tried.seconds, 0) as seconds,
  coalesce(tried.device_seconds, 0) as device_seconds,
  case stage.status when 'REUSED' then computation.seconds else 0 end as seconds_saved,
  stage.started_at,
  stage.ended_at,
  stage.reason ->> 'message' as reason
from shoal.stage
join shoal.run on run.run_id = stage.run_id
left join shoal.stage origin on origin.stage_id = stage.reused_from
left join shoal.computation on computation.key = stage.computation_key
left join (
  select stage_id, count(*) as attempts, sum(seconds) as seconds, sum(device_seconds) as device_seconds
  from shoal.stage_history
  where epoch is not null
  group by stage_id
) tried on tried.stage_id = stage.stage_id;
comment on view shoal.stage_summary is 'One row a stage of a run: how it ended, what determined its result, and the time of all its attempts.';
comment on column shoal.stage_summary.run_id is 'Run.';
comment on column shoal.stage_summary.run is 'Name of the run.';
comment on column shoal.stage_summary.stage_id is 'Stage.';
comment on column shoal.stage_summary.stage is 'Name of the stage.';
comment on column shoal.stage_summary.shard is 'Which of several like it: a data set, a row, a model.';
comment on column shoal.stage_summary.status is 'RUNNING, COMPUTED, REUSED, SKIPPED or FAILED.';
comment on column shoal.stage_summary.computation_key is 'Computation that answers the stage; equal where two stages asked for the same work.';
comment on column shoal.stage_summary.code_version is 'Version of the stage''s code.';
comment on column shoal.stage_summary.settings is 'What the computation''s key was made from.';
comment on column shoal.stage_summary.reused_from_run is 'Run whose result was reused, if any.';
comment on column shoal.stage_summary.attempts is 'Attempts of this stage, those that failed included.';
comment on column shoal.stage_summary.seconds is 'Time of these attempts.';
comment on column shoal.stage_summary.device_seconds is 'Their time, each times the devices that its worker held.';
comment on column shoal.stage_summary.seconds_saved is 'Time that the result took where it was reused, else 0.';
comment on column shoal.stage_summary.started_at is 'When the stage began.';
comment on column shoal.stage_summary.ended_at is 'When it ended.';
comment on column shoal.stage_summary.reason is 'Why it failed or was skipped.';

create or replace view shoal.metric_series as
select
  stage.run_id,
  run.name as run,
  stage.name as stage,
  stage.shard,
  metric.name as metric,
  metric.step,
  metric.value,
  metric.observed_at
from shoal.metric
join shoal.stage on stage.computation_key = metric.key
join shoal.run on run.run_id = stage.run_id;
comment on view shoal.metric_series is 'Every number of every run, those of reused stages included.';
comment on column shoal.metric_series.run_id is 'Run.';
comment on column shoal.metric_series.run is 'Name of the run.';
comment on column shoal.metric_series.stage is 'Name of the stage.';
comment on column shoal.metric_series.shard is 'Shard of the stage.';
comment on column shoal.metric_series.metric is 'Name with its denominator.';
comment on column shoal.metric_series.step is 'Training step, or 0.';
comment on column shoal.metric_series.value is 'The number; it may be NaN or infinite.';
comment on column shoal.metric_series.observed_at is 'When it was written.';

create or replace view shoal.model_scores as
select
  stage.run_id,
  run.name as run,
  stage.shard,
  model.sha256 as model,
  artifact.kind as model_kind,
  metric.name as metric,
  metric.value,
  metric.observed_at,
  suite.digest as suite
from shoal.stage
join shoal.run on run.run_id = stage.run_id
join lateral ( -- a mixture is judged together with the dense model it is a manifest over
  select sha256
  from shoal.stage_artifact
  where stage_id = stage.stage_id and direction = 'IN' and role in ('model', 'moe', 'dense')
  order by role = 'dense', role
  limit 1
) model on true
join shoal.artifact on artifact.sha256 = model.sha256
join shoal.metric on metric.key = stage.computation_key
left join lateral (
  select encode(sha256(convert_to(jsonb_build_array(
    (computation.key_document -> 'settings') - 'subject',
    jsonb_path_query_array(computation.key_document, '$.inputs[*] ? (@.role starts with "tokens")')
  )::text, 'UTF8')), 'hex') as digest
  from shoal.computation
  where computation.key = stage.computation_key
) suite on true
where stage.name = 'evaluate' and stage.status in ('COMPUTED', 'REUSED');
comment on view shoal.model_scores is 'What evaluation said about each model: the numbers of evaluate stages.';
comment on column shoal.model_scores.run_id is 'Run that asked.';
comment on column shoal.model_scores.run is 'Name of the run.';
comment on column shoal.model_scores.shard is 'Shard of the evaluate stage: dense, assembled, routed or trained.';
comment on column shoal.model_scores.model is 'Digest of the model.';
comment on column shoal.model_scores.model_kind is 'Kind of the model: model for the dense one, moe.';
comment on column shoal.model_scores.metric is 'Name of the score with its denominator.';
comment on column shoal.model_scores.value is 'The score.';
comment on column shoal.model_scores.observed_at is 'When it was measured.';
comment on column shoal.model_scores.suite is 'Equal where the same text was judged in the same windows; compare only such models.';

do $$
begin
  if exists (select from pg_roles where rolname = 'shoal_reader') then
    grant select on shoal.run_summary, shoal.stage_history, shoal.stage_summary,
      shoal.metric_series, shoal.model_scores to shoal_reader;
  end if;
end
$$;
