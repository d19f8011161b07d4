package dev.shoal.models.engine.cuda;

/** How each operator becomes a launch of its kernel: how many blocks, and which parameters. */
final class Launches {

  /** One operator on its arrays. */
  interface Launch {
    /** Starts the kernel; {@code number} is 0 where the operator takes none. */
    void on(CudaProgram program, ArrayView[] arrays, double number);
  }

  private static final int THREADS = 256;
  private static final long ROUTE_ROWS = 4L * (THREADS / 32);

  private Launches() {}

  static void rotate(CudaProgram program, ArrayView[] a, double sign) {
    ArrayView x = a[0]; // [B, S, A, D]
    long rows = x.sizes()[0] * x.sizes()[1];
    long heads = x.sizes()[2];
    long size = x.sizes()[3];
    long blocks = (rows * heads * (size / 16) + THREADS - 1) / THREADS;
    long bits = Double.doubleToRawLongBits(sign);
    program.launch(
        "rotate",
        1,
        blocks,
        THREADS,
        x.data(),
        a[1].data(),
        a[2].data(),
        rows,
        x.sizes()[1],
        heads,
        size,
        bits);
  }

  static void gated(CudaProgram program, ArrayView[] a, double none) {
    long c = a[2].columns();
    program.launch(
        "gated",
        1,
        a[2].rows(),
        threads(c),
        a[0].data(),
        a[0].leading(),
        a[1].data(),
        a[1].leading(),
        a[2].data(),
        a[2].leading(),
        c);
  }

  static void gatedBackward(CudaProgram program, ArrayView[] a, double none) {
    long c = a[0].columns();
    program.launch(
        "gated_backward",
        1,
        a[0].rows(),
        threads(c),
        a[0].data(),
        a[0].leading(),
        a[1].data(),
        a[1].leading(),
        a[2].data(),
        a[2].leading(),
        a[3].data(),
        a[3].leading(),
        c);
  }

  static void weighed(CudaProgram program, ArrayView[] a, double none) {
    long c = a[3].columns();
    program.launch(
        "weighed",
        1,
        a[3].rows(),
        threads(c),
        a[0].data(),
        a[0].leading(),
        a[1].data(),
        a[1].columns(),
        a[2].data(),
        a[3].data(),
        a[3].leading(),
        c);
  }

  static void weighedBackward(CudaProgram program, ArrayView[] a, double none) {
    long c = a[0].columns();
    program.launch(
        "weighed_backward",
        1,
        a[0].rows(),
        threads(c),
        a[0].data(),
        a[0].leading(),
        a[1].data(),
        a[1].leading(),
        a[2].data(),
        a[2].columns(),
        a[3].data(),
        a[4].data(),
        a[4].leading(),
        a[5].data(),
        c);
  }

  /** Each block leaves a row of {@code parts}, whose number of rows says how many there are. */
  static void normBackward(CudaProgram program, ArrayView[] a, double none) {
    long h = a[0].columns();
    int pieces = (int) ((h + CudaProgram.PIECE - 1) / CudaProgram.PIECE);
    program.launch(
        "norm_backward",
        pieces,
        a[6].rows(),
        THREADS,
        a[0].data(),
        a[1].data(),
        a[2].data(),
        a[3].data(),
        a[4].data(),
        a[5].data(),
        a[6].data(),
        a[0].rows(),
        h);
  }

  static void gather(CudaProgram program, ArrayView[] a, double none) {
    long h = a[0].columns();
    program.launch(
        "gather",
        1,
        a[2].rows(),
        threads(h),
        a[0].data(),
        a[1].data(),
        a[2].data(),
        a[2].leading(),
        h);
  }

  static void gatherAdd(CudaProgram program, ArrayView[] a, double none) {
    long h = a[0].columns();
    program.launch(
        "gather_add",
        1,
        a[3].rows(),
        threads(h),
        a[0].data(),
        a[1].data(),
        a[2].data(),
        a[3].data(),
        h);
  }

  static void crossEntropy(CudaProgram program, ArrayView[] a, double none) {
    program.launch(
        "cross_entropy",
        1,
        a[0].rows(),
        512,
        a[0].data(),
        a[1].data(),
        a[2].data(),
        a[3].data(),
        a[0].columns());
  }

  static void route(CudaProgram program, ArrayView[] a, double none) {
    long rows = a[0].rows();
    program.launch(
        "route",
        1,
        (rows + ROUTE_ROWS - 1) / ROUTE_ROWS,
        THREADS,
        a[0].data(),
        a[1].data(),
        a[2].data(),
        rows,
        a[1].rows(),
        a[0].columns());
  }

  /** Threads of a block that takes a row 8 elements a thread, with little left over. */
  private static int threads(long columns) {
    long items = (columns + 7) / 8;
    long rounds = (items + THREADS - 1) / THREADS;
    return (int) ((items + rounds - 1) / rounds + 31) / 32 * 32;
  }
}
