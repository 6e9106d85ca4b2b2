/* Links of the file system, for who replaces files. Needs the C library alone: the command, which
 * writes files of its own, builds it in. */
#ifndef GMIX_TEXT_FOLLOW_LINKS_H
#define GMIX_TEXT_FOLLOW_LINKS_H

/* What a name stands for after its links, also where nothing is yet: the heap name that
 * is no link, or NULL with errno set. */
char *gmix_i_follow_links(const char *path);

#endif
