/**
 * Loads first and reports why the other scripts cannot run. It is not a module and uses only
 * ECMAScript 5, because it must run in browsers that cannot parse the rest.
 */

/* eslint-disable no-var */
(function () {
  'use strict';

  var OLD =
    'This browser is too old for this page. It needs Chrome 111, Firefox 114 or Safari 16.4, or later.';
  var FROM_DISK =
    'The page was opened as a file, but browsers run its scripts only from a web server. In its ' +
    'folder, run "python3 -m http.server --bind 127.0.0.1 8000" and open http://127.0.0.1:8000. ' +
    'In the project, "make demo" does both.';
  var MISSING =
    ' could not be loaded. Reload the page: a new version may have replaced it. If that does not ' +
    'help, an extension or a filter may be blocking the script, or it is missing on the server.';

  var root = document.documentElement;
  root.setAttribute('data-started', '');

  /** @param {string} text only the first message is shown, as later errors usually follow from it */
  function say(text) {
    var status = document.getElementById('status');
    var note = document.getElementById('strip-note');
    if (!status || !note) {
      document.addEventListener('DOMContentLoaded', function () {
        say(text);
      });
    } else if (status.hidden && !root.hasAttribute('data-ready')) {
      status.textContent = text;
      status.className = 'status failed';
      status.hidden = false;
      note.textContent = 'Suggestions are not available.';
    }
  }

  /** @param {Event} event an error event from a script that failed to load or threw an error */
  function failed(event) {
    var script = /** @type {HTMLScriptElement} */ (event.target);
    var message = /** @type {ErrorEvent} */ (event).message;
    if (script.src && script.nodeName === 'SCRIPT') {
      say('The script ' + script.src.split('/').pop() + ' or one of its imports' + MISSING);
    } else if (/SyntaxError/.test(message)) {
      say(OLD + ' (' + message + ')');
    } else if (message) {
      say('Something went wrong: ' + message + '. Reload the page.');
    }
  }

  if (location.protocol === 'file:') say(FROM_DISK);
  else if (!('noModule' in document.createElement('script'))) say(OLD);
  // Error events of script elements do not bubble, so listen in the capture phase.
  else window.addEventListener('error', failed, true);
})();
