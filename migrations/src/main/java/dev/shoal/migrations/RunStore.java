package dev.shoal.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Runs and how far they are. A run that ended stays ended, whatever a late retry writes; only
 * {@link #reopen} brings it back.
 */
public final class RunStore {

  private static final String CREATE =
      """
      insert into shoal.run (run_id, namespace, workflow_id, first_execution_run_id, name,
        experiment, tags, request, forked_from)
      values (:runId, :namespace, :workflowId, :firstExecutionRunId, :name,
        :experiment, :tagArray, :request, cast(:forkedFrom as uuid))
      on conflict do nothing
      """;

  private static final String RESOLVE =
      """
      update shoal.run set resolved = :resolved where run_id = :run
      """;

  private static final String MOVE =
      """
      update shoal.run
      set status = :status,
          result = :result,
          failure = :failure,
          ended_at = case when :status in ('RUNNING', 'PAUSED', 'NEEDS_ATTENTION') then null
                          else clock_timestamp() end
      where run_id = :run and ended_at is null
      """;

  private static final String BEFORE =
      """
      select status || coalesce(failure::text, '') from shoal.run where run_id = :run for update
      """;

  private static final String TELL =
      """
      insert into shoal.outbox (topic, dedup_key, payload)
      select
        'run.' || lower(status),
        run_id || ':' || status || ':' || extract(epoch from clock_timestamp()),
        jsonb_strip_nulls(jsonb_build_object(
          'run_id', run_id, 'name', name, 'workflow_id', workflow_id, 'status', status,
          'message', failure ->> 'message', 'result', result))
      from shoal.run
      where run_id = :run and status || coalesce(failure::text, '') is distinct from :before
      on conflict do nothing
      """;

  private static final String REOPEN =
      """
      update shoal.run
      set status = 'RUNNING', result = null, failure = null, ended_at = null
      where run_id = :run
      """;

  private static final String LIST =
      """
      select * from shoal.run
      where cast(:status as text) is null or status = :status
      order by started_at desc, run_id
      limit :limit
      """;

  private static final String FILTER =
      """
      select * from shoal.run
      where (cardinality(:states) = 0 or status = any(:states))
        and (cast(:since as timestamptz) is null or started_at >= :since)
        and (cast(:name as text) is null or strpos(lower(name), lower(:name)) > 0)
        and (cast(:model as text) is null
          or strpos(lower(coalesce(resolved, request) ->> 'model'), lower(:model)) > 0)
      order by started_at desc, run_id
      limit :limit
      """;

  private static final String FIND =
      """
      select * from shoal.run
      where workflow_id = :text or name = :text or starts_with(run_id::text, lower(:text))
        or split_part(workflow_id, '/', 2) || '/' || split_part(workflow_id, '/', 4) = :text
      order by run_id::text = lower(:text) desc, workflow_id = :text desc, name = :text desc,
        started_at desc
      """;

  private static final String BELOW =
      """
      select distinct on (workflow_id) * from shoal.run
      where starts_with(workflow_id, :workflow || '/')
      order by workflow_id, started_at desc
      """;

  private static final String GET =
      """
      select * from shoal.run where run_id = :run
      """;

  private final Sessions sessions;

  RunStore(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Records a run as RUNNING and returns its id; the second time changes nothing. */
  public UUID create(RunStart start) {
    sessions.ask(
        handle ->
            handle
                .createUpdate(CREATE)
                .bindMethods(start)
                .bindArray("tagArray", String.class, start.tags())
                .execute());
    return start.runId();
  }

  /** Remembers the request with every default filled in. */
  public void resolve(UUID run, JsonNode resolved) {
    sessions.ask(
        handle ->
            handle.createUpdate(RESOLVE).bind("run", run).bind("resolved", resolved).execute());
  }

  /** Parks the run until a person decides; false if it had ended. */
  public boolean park(UUID run, JsonNode reason) {
    return move(run, RunStatus.NEEDS_ATTENTION, null, reason);
  }

  /** Stops the run until a person lets it go on; false if it had ended. */
  public boolean pause(UUID run) {
    return move(run, RunStatus.PAUSED, null, null);
  }

  /** Lets a paused or parked run go on; false if it had ended. */
  public boolean resume(UUID run) {
    return move(run, RunStatus.RUNNING, null, null);
  }

  /** Ends the run with its result; false if it had ended. */
  public boolean succeed(UUID run, JsonNode result) {
    return move(run, RunStatus.SUCCEEDED, result, null);
  }

  /** Ends the run with the reason; false if it had ended. */
  public boolean fail(UUID run, JsonNode failure) {
    return move(run, RunStatus.FAILED, null, failure);
  }

  /** Ends the run because it was asked to stop; false if it had ended. */
  public boolean cancel(UUID run) {
    return move(run, RunStatus.CANCELED, null, null);
  }

  /** Ends the run because Temporal says that it was terminated; false if it had ended. */
  public boolean terminate(UUID run) {
    return move(run, RunStatus.TERMINATED, null, null);
  }

  private boolean move(UUID run, RunStatus status, JsonNode result, JsonNode failure) {
    return sessions.transact(
        handle -> {
          Optional<String> before =
              handle.createQuery(BEFORE).bind("run", run).mapTo(String.class).findOne();
          boolean moved =
              handle
                      .createUpdate(MOVE)
                      .bind("run", run)
                      .bind("status", status)
                      .bindByType("result", result, JsonNode.class)
                      .bindByType("failure", failure, JsonNode.class)
                      .execute()
                  == 1;
          if (moved) {
            handle
                .createUpdate(TELL)
                .bind("run", run)
                .bind("before", before.orElse(null))
                .execute();
          }
          return moved;
        });
  }

  /** Sets an ended run RUNNING again, after a reset of its workflow. */
  public void reopen(UUID run) {
    sessions.ask(handle -> handle.createUpdate(REOPEN).bind("run", run).execute());
  }

  /** The newest runs, of one status or of all. */
  public List<RunRow> list(Optional<RunStatus> status, int limit) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(LIST)
                .bind("status", status.map(Enum::name).orElse(null))
                .bind("limit", limit)
                .map(ConstructorMapper.of(RunRow.class))
                .list());
  }

  /** The newest runs among those that the filter lets through. */
  public List<RunRow> list(RunFilter filter, int limit) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(FILTER)
                .bindArray(
                    "states", String.class, filter.states().stream().map(Enum::name).toList())
                .bind("since", filter.since().map(Timestamp::from).orElse(null))
                .bind("name", filter.name().orElse(null))
                .bind("model", filter.model().orElse(null))
                .bind("limit", limit)
                .map(ConstructorMapper.of(RunRow.class))
                .list());
  }

  /**
   * What a person may mean: an id or its beginning, a workflow id, a name, or the name of a
   * comparison, a slash and that of one of its runs. The best match comes first, then the newest;
   * several rows may mean that the word is ambiguous.
   */
  public List<RunRow> find(String text) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(FIND)
                .bind("text", text)
                .map(ConstructorMapper.of(RunRow.class))
                .list());
  }

  /** The runs that a comparison started: the newest of each of its workflows. */
  public List<RunRow> below(String workflowId) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(BELOW)
                .bind("workflow", workflowId)
                .map(ConstructorMapper.of(RunRow.class))
                .list());
  }

  /** The run with this id. */
  public Optional<RunRow> get(UUID run) {
    return sessions.ask(
        handle ->
            handle
                .createQuery(GET)
                .bind("run", run)
                .map(ConstructorMapper.of(RunRow.class))
                .findOne());
  }
}
