/* Made by tools/tables/lists_c.py from training/text/lists.py. */
#include "text/lists.h"

static const elman_run ignored[] = {
    {0xad, 0xad}, {0x61c, 0x61c}, {0x180e, 0x180e}, {0x200e, 0x200f}, {0x202a, 0x202e},
    {0x2060, 0x2064}, {0x2066, 0x206f}, {0xfeff, 0xfeff},
};
const elman_points elman_ignored = {ignored, 8};

static const elman_run line_ends[] = {{0xa, 0xa}, {0xd, 0xd}, {0x85, 0x85}, {0x2028, 0x2029}};
const elman_points elman_line_ends = {line_ends, 4};

static const elman_run dashes[] = {{0x2d, 0x2d}, {0x2012, 0x2015}};
const elman_points elman_dashes = {dashes, 2};

static const elman_run opening[] = {
    {0x28, 0x28}, {0x5b, 0x5b}, {0x7b, 0x7b}, {0xa1, 0xa1}, {0xbf, 0xbf},
};
const elman_points elman_opening = {opening, 5};

static const elman_run currency[] = {
    {0x24, 0x24}, {0xa3, 0xa3}, {0xa5, 0xa5}, {0x20ac, 0x20ac}, {0x20b9, 0x20b9},
};
const elman_points elman_currency = {currency, 5};

static const elman_run wide_punctuation[] = {
    {0x3001, 0x3002}, {0x3008, 0x3011}, {0x3014, 0x3015}, {0xff01, 0xff01}, {0xff08, 0xff09},
    {0xff0c, 0xff0c}, {0xff0e, 0xff0e}, {0xff1a, 0xff1b}, {0xff1f, 0xff1f},
};
const elman_points elman_wide_punctuation = {wide_punctuation, 9};

static const elman_substitute replaced[] = {
    {0xab, "\""}, {0xb4, "'"}, {0xbb, "\""}, {0x2bc, "'"}, {0x2010, "-"}, {0x2011, "-"},
    {0x2018, "'"}, {0x2019, "'"}, {0x201a, "'"}, {0x201b, "'"}, {0x201c, "\""}, {0x201d, "\""},
    {0x201e, "\""}, {0x201f, "\""}, {0x2026, "..."}, {0x2039, "'"}, {0x203a, "'"}, {0xff02, "\""},
    {0xff07, "'"},
};
const elman_substitutes elman_replaced = {replaced, 19};

static const elman_substitute plain_letters[] = {
    {0xdf, "ss"}, {0xe6, "ae"}, {0xf8, "o"}, {0x111, "d"}, {0x131, "i"}, {0x142, "l"},
    {0x153, "oe"},
};
const elman_substitutes elman_plain_letters = {plain_letters, 7};

const char *const elman_emoticons[] = {
    "-_-", "._.", ":'(", ":')", ":'-(", ":(", ":)", ":))", ":)))", ":*", ":-(", ":-)", ":-*", ":-/",
    ":-D", ":-O", ":-P", ":-p", ":-|", ":/", ":3", ":>", ":D", ":O", ":P", ":[", ":\\", ":]", ":o",
    ":p", ":|", ";)", ";-)", ";D", ";P", ";p", "</3", "<3", "=(", "=)", "=/", "=D", "=P", ">:(",
    ">:)", ">_<", "^^", "^_^", NULL,
};

const char *const elman_terminators[] = {
    "!", ".", "...", "?", "\xe3\x80\x82", "\xef\xbc\x81", "\xef\xbc\x9f", NULL,
};

const char *const elman_wide_terminators[] = {"\xe3\x80\x82", "\xef\xbc\x81", "\xef\xbc\x9f", NULL};

const char *const elman_closers[] = {
    "\"", "'", ")", "]", "}", "\xe3\x80\x8d", "\xe3\x80\x8f", "\xef\xbc\x89", NULL,
};

const char *const elman_abbreviations[] = {
    "capt", "cf", "col", "dr", "fig", "gen", "jr", "lt", "mr", "mrs", "ms", "mt", "mx", "prof",
    "rev", "sgt", "sr", "st", "vol", "vs", NULL,
};
