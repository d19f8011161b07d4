package dev.shoal.models.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A packed row")
class PackedRowTest {

  @Test
  @DisplayName(
      "holds a context once, and after it what each choice adds, the last id of a choice left out")
  void contextAndChoices() {
    PackedRow row = new PackedRow();
    row.add(new Sequence(new int[] {1, 5, 6, 7}, 2, 0), 0); // context 1 5, choice 6 7
    row.add(new Sequence(new int[] {1, 5, 6, 8, 9}, 2, 0), 1); // choice 6 8 9 begins alike
    row.add(new Sequence(new int[] {1, 5, 7}, 2, 0), 2); // choice of one id adds nothing
    row.add(new Sequence(new int[] {1, 5, 9, 9}, 2, 0), 3);
    assertThat(column(row, row::id)).containsExactly(1, 5, 6, 8, 9);
    assertThat(column(row, row::position)).containsExactly(0, 1, 2, 3, 2);
    assertThat(column(row, row::end)).containsExactly(5, 5, 4, 4, 5);
    assertThat(row.branched()).isTrue();
    assertThat(row.targets())
        .containsExactly(
            new PackedRow.Target(1, 6, 0),
            new PackedRow.Target(2, 7, 0),
            new PackedRow.Target(1, 6, 1),
            new PackedRow.Target(2, 8, 1),
            new PackedRow.Target(3, 9, 1),
            new PackedRow.Target(1, 7, 2),
            new PackedRow.Target(1, 9, 3),
            new PackedRow.Target(4, 9, 3));
  }

  @Test
  @DisplayName("needs no mask while each sequence goes on where the one before ends")
  void chain() {
    PackedRow row = new PackedRow();
    row.add(new Sequence(new int[] {1, 2, 3}, 1, 0), 0);
    row.add(new Sequence(new int[] {1, 2, 3, 4}, 3, 0), 1);
    assertThat(row.branched()).isFalse();
    assertThat(column(row, row::id)).containsExactly(1, 2, 3);
    row.add(new Sequence(new int[] {1, 2, 4, 4}, 3, 0), 2);
    assertThat(row.branched()).isTrue();
  }

  @Test
  @DisplayName("knows a branch behind a sequence that added nothing")
  void branchBehindPrefix() {
    PackedRow row = new PackedRow();
    row.add(new Sequence(new int[] {1, 2, 3, 4}, 1, 0), 0);
    row.add(new Sequence(new int[] {1, 2, 5}, 2, 0), 1); // reads 1 2, which is there
    assertThat(row.branched()).isFalse();
    row.add(new Sequence(new int[] {1, 2, 5, 6}, 2, 0), 2); // 5 must not see 3
    assertThat(row.branched()).isTrue();
    assertThat(column(row, row::end)).containsExactly(4, 4, 3, 4);
  }

  private static int[] column(PackedRow row, java.util.function.IntUnaryOperator value) {
    return IntStream.range(0, row.size()).map(value).toArray();
  }
}
