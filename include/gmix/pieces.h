/**
 * Files piece by piece, of the library gmix-files: tables that memory does not hold.
 *
 *     gmix_pieces_open(ctx, "big.csv", NULL, 0, &pieces);
 *     while (gmix_pieces_next(ctx, pieces, &data) == GMIX_OK && data) {
 *         gmix_partial_add(ctx, partial, gmix_data_table(data));
 *         gmix_data_free(&data);
 *     }
 *     gmix_pieces_free(&pieces);
 *
 * Text, compressed or not, is read and parsed some megabytes at a time, whole records of it; Parquet a row
 * group at a time; NPY is one piece, which is borrowed from the file where gmix_ctx_set_file_mapping()
 * allows it. The rows are those of gmix_data_read(), in their order.
 */
#ifndef GMIX_PIECES_H
#define GMIX_PIECES_H

#include "files.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gmix_pieces gmix_pieces;

/**
 * Begins to read a file.
 *
 * What a text's columns are, which of them are features and how their numbers are written is found out from the first
 * piece. Where a later one says otherwise (a column of numbers that has text from there on, decimal
 * commas in what were whole numbers), it is refused with GMIX_ERR_PARSE, and the message says what to tell:
 * numbers are never other ones than those of the file read whole. Whether the numbers of a column called
 * index, or without a name, are all different, and so no feature, is asked of the first piece alone.
 *
 * @param path         A file name, or "-" for standard input, which can be read once.
 * @param opts         Copied; NULL for defaults. `piece` is 0; labels alone, and text that is kept, are of whole files: both
 *                     are refused (GMIX_ERR_OPTION), and so are bins, which begin where the one before them ends. Labels of
 *                     a piece are numbers of the classes that it shows, gmix_table.class_names: by name they are those of others.
 * @param piece_bytes  Of text, about, 4096 at least; 0: 16 MB. Lines longer than that are one piece each.
 * @param pieces       [out] To be released by gmix_pieces_free().
 * @return As gmix_data_read().
 */
GMIX_API gmix_status gmix_pieces_open(gmix_ctx *ctx, const char *path,
                                      const gmix_read_options *opts, size_t piece_bytes,
                                      gmix_pieces **pieces);

/**
 * The next piece.
 *
 * @param data  [out] To be released by gmix_data_free(); NULL if there are no more. Notes are of the first.
 * @return As gmix_data_read(). After a failure the pieces can only be released.
 */
GMIX_API gmix_status gmix_pieces_next(gmix_ctx *ctx, gmix_pieces *pieces,
                                      gmix_data **data);

/**
 * Passes over the next piece without reading more of it than where it ends: for readers that share a file. All find the same
 * pieces if piece_bytes is the same.
 *
 * @return As gmix_pieces_next(); GMIX_ERR_ARGUMENT before the first piece, which says what the columns are.
 * Cost: text is read, and unpacked, not parsed; other formats are not touched.
 */
GMIX_API gmix_status gmix_pieces_skip(gmix_ctx *ctx, gmix_pieces *pieces);

/** How much of the file has been read, 0 .. 1; 1: the last piece was given. 0 of standard input, before its end. */
GMIX_API double gmix_pieces_share(const gmix_pieces *pieces);

GMIX_API void gmix_pieces_free(gmix_pieces **pieces);

#ifdef __cplusplus
}
#endif
#endif
