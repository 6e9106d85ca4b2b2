/* See file_pieces.h. */
#include "file_pieces.h"

#include "complain.h"

gmix_status cli_file_read(struct cli_session *session, const char *path,
                          const gmix_read_options *opts, gmix_data **data) {
    if (!session->by_pieces) {
        return gmix_data_read(session->ctx, path, opts, data);
    }
    gmix_pieces_free(&session->pieces);
    session->rows_before = 0;
    const gmix_status status = gmix_pieces_open(session->ctx, path, opts,
                                                session->piece_bytes, &session->pieces);
    return status == GMIX_OK ? gmix_pieces_next(session->ctx, session->pieces, data)
                             : status;
}

int cli_piece_next(struct cli_session *session, gmix_data **data) {
    gmix_data *next = NULL;
    gmix_status status = GMIX_OK;
    session->rows_before += *data ? gmix_data_table(*data)->n_rows : 0;
    gmix_data_free(data);
    if (session->pieces) {
        status = gmix_pieces_next(session->ctx, session->pieces, &next);
    }
    *data = next;
    return status == GMIX_OK ? CLI_OK : cli_library_error(session->ctx, status, NULL);
}
