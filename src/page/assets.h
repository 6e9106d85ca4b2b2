/* The page's style sheet and script: page.css and page.js, made into C when the library is
 * built (embed.py). */
#ifndef GMIX_PAGE_ASSETS_H
#define GMIX_PAGE_ASSETS_H

extern const char gmix_i_page_css[];
extern const char gmix_i_page_js[];
extern const char gmix_i_page_js_sha256[]; /* of the script's bytes, in base64 */

#endif
