/*
 * gmix-mpi: fits of rows that the ranks of an MPI program share.
 *
 *     mpirun -n 4 gmix-mpi fit 'part-*.npy' -k 32 -o model.json
 *
 * All ranks read the same command line; what is wrong with it is said by rank 0 alone.
 */
#include <mpi.h>
#include <string.h>

#include "cmd_mpi_fit.h"
#include "complain.h"
#include "interrupt.h"
#include "outfile.h"
#include "usage.h"

static int run(int rank, int argc, char **argv) {
    struct cli_args args;
    if (argc < 2 || strcmp(argv[1], "fit") != 0) {
        return cli_usage_error("fit",
                               "the command is fit; gmix has the others: mpirun -n 4 "
                               "gmix-mpi fit 'part-*.npy' -k 3");
    }
    const int failed = cli_parse(&cmd_mpi_fit, argc - 2, argv + 2, &args);
    if (failed) {
        return failed;
    }
    if (!args.values[OPT_HELP]) {
        return cmd_mpi_fit.run(&args);
    }
    return rank == 0 ? cli_usage_print(&cmd_mpi_fit) : CLI_OK;
}

int main(int argc, char **argv) {
    int rank, provided;
    cli_program = "gmix-mpi";
    cli_out_guard();
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    cli_interrupt_install();
    if (rank > 0) { /* see cli_mpi_speak() */
        cli_mpi_hush();
    }
    const int failed = run(rank, argc, argv);
    MPI_Finalize();
    return failed;
}
