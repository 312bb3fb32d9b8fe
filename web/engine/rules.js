/**
 * The lists behind the text rules, which `training/text/rules.py` states. Made by
 * tools/tables/lists_javascript.py from training/text/lists.py.
 */

export const RULES_VERSION = 1;
export const DASH = '\u2013';
export const ELLIPSIS = '...';
export const ZERO_WIDTH_JOINER = 0x200d;
export const REPLACED = new Map([
  ['\u00ab', '"'],
  ['\u00b4', "'"],
  ['\u00bb', '"'],
  ['\u02bc', "'"],
  ['\u2010', '-'],
  ['\u2011', '-'],
  ['\u2018', "'"],
  ['\u2019', "'"],
  ['\u201a', "'"],
  ['\u201b', "'"],
  ['\u201c', '"'],
  ['\u201d', '"'],
  ['\u201e', '"'],
  ['\u201f', '"'],
  ['\u2026', '...'],
  ['\u2039', "'"],
  ['\u203a', "'"],
  ['\uff02', '"'],
  ['\uff07', "'"],
]);
export const IGNORED =
  '\u00ad\u061c\u180e\u200e\u200f\ufeff\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063' +
  '\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f';
export const EMOTICONS = new Set(
  (
    "-_- ._. :'( :') :'-( :( :) :)) :))) :* :-( :-) :-* :-/ :-D :-O :-P :-p :-| :/ :3 :> :D :O " +
    ':P :[ :\\ :] :o :p :| ;) ;-) ;D ;P ;p </3 <3 =( =) =/ =D =P >:( >:) >_< ^^ ^_^'
  ).split(' '),
);
export const LONGEST_EMOTICON = 4;
export const DASHES = '-\u2012\u2013\u2014\u2015';
export const LINE_ENDS = '\n\r\u0085\u2028\u2029';
export const TERMINATORS = new Set('! . ... ? \u3002 \uff01 \uff1f'.split(' '));
export const WIDE_TERMINATORS = new Set('\u3002\uff01\uff1f');
export const CLOSERS = new Set('"\')]}\u300d\u300f\uff09');
export const ABBREVIATIONS = new Set(
  'capt cf col dr fig gen jr lt mr mrs ms mt mx prof rev sgt sr st vol vs'.split(' '),
);
export const OPENING = new Set('([{\u00a1\u00bf');
export const CURRENCY = new Set('$\u00a3\u00a5\u20ac\u20b9');
export const GLUED = new Set('!,:;?');
export const CLOSING_BRACKETS = new Set(')]}');
export const WIDE_PUNCTUATION =
  '\u3001\u3002\u3014\u3015\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\u3008\u3009\u300a' +
  '\u300b\u300c\u300d\u300e\u300f\u3010\u3011';
export const PLAIN_LETTERS = new Map([
  ['\u00df', 'ss'],
  ['\u00e6', 'ae'],
  ['\u00f8', 'o'],
  ['\u0111', 'd'],
  ['\u0131', 'i'],
  ['\u0142', 'l'],
  ['\u0153', 'oe'],
]);
export const FIRST_ACCENT = 0x300;
export const LAST_ACCENT = 0x36f;
export const ELISION_BEFORE = new Set('aehiouy');
export const LONGEST_ELIDED = 4;
export const SHORTEST_REST = 3;
export const MARKS = new Set("!%',-./:;?\u060c\u061b\u061f\u0964\u0965\u2010\u2011\u2026\u2030");
export const WIDE_MARKS = new Set('\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f');
export const CLOSED_QUOTES = new Map([
  ['\u00ab', '\u00bb'],
  ['\u2018', '\u201a'],
  ['\u201c', '\u201e'],
  ['\u2039', '\u203a'],
]);
