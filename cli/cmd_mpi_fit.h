/* The command of gmix-mpi. */
#ifndef GMIX_CLI_CMD_MPI_FIT_H
#define GMIX_CLI_CMD_MPI_FIT_H

#include "command.h"

extern const struct cli_command cmd_mpi_fit;

/* Silences this rank, whose complaints would be those of rank 0 again; and gives it its voice back,
 * for what only this rank knows. */
void cli_mpi_hush(void);
void cli_mpi_speak(void);

#endif
