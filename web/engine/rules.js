/** The lists behind the text rules, which `training/text/rules.py` states; the same as in `training/text/patterns.py`. */

export const DASH = '\u2013';
export const ELLIPSIS = '...';
export const ZERO_WIDTH_JOINER = 0x200d;

/** None of these can come about by joining other tokens, which is why "(:" is missing. */
export const EMOTICONS = new Set(
  (
    ':) :-) :( :-( :D :-D :P :-P :p :-p :/ :-/ :\\ :| :-| :o :O :-O :3 :* :-* :)) :))) :] :[ :> ' +
    ";) ;-) ;D ;P ;p =) =( =D =P =/ :') :'( :'-( <3 </3 ^^ ^_^ >:( >:) >_< -_- ._."
  ).split(' '),
);
export const TERMINATORS = new Set(['.', '?', '!', ELLIPSIS, '\u3002', '\uff01', '\uff1f']);
export const WIDE_TERMINATORS = new Set('\u3002\uff01\uff1f');
export const CLOSERS = new Set('\'")]}\u300d\u300f\uff09');
export const ABBREVIATIONS = new Set(
  'mr mrs ms mx dr prof rev gen col capt lt sgt st mt sr jr vs fig vol cf'.split(' '),
);
