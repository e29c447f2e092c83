/* Starts the blocks of a page of the embedded host, as the LMS's and Studio's own scripts do there. */
(function () {
  'use strict';

  const csrf = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]*)/) || ['', ''])[1];
  const said = document.getElementById('wins-host-said');

  if (window.jQuery) {  // the stock settings form sends with jQuery, and without its global events
    window.jQuery.ajaxPrefilter((options, original, xhr) => {
      if (!options.crossDomain) { xhr.setRequestHeader('X-CSRFToken', decodeURIComponent(csrf())); }
    });
  }
  window.gettext = window.gettext || ((text) => text);

  function tell(text, isProblem) {
    if (!said) { return; }
    said.setAttribute('role', isProblem ? 'alert' : 'status');
    said.className = text ? 'wins-note' + (isProblem ? ' wins-note--error' : '') : '';
    said.textContent = text;
  }

  const runtime = {
    handlerUrl(element, name, suffix, query) {
      const root = (element.jquery ? element[0] : element).closest('[data-handlers]');
      return root.dataset.handlers + name + (suffix ? '/' + suffix : '') + (query ? '?' + query : '');
    },
    notify(name, data) {
      if (!said) { return; }
      if (name === 'error') { tell([data.title, data.message].filter(Boolean).join(' '), true); }
      if (name === 'save' && data.state === 'start') { tell(said.dataset.saving); }
      if (name === 'save' && data.state === 'end') { tell(said.dataset.saved); location.assign(said.dataset.return); }
      if (name === 'cancel') { location.assign(said.dataset.list); }
    },
  };

  document.querySelectorAll('[data-handlers][data-init]').forEach((element) => {
    const start = window[element.dataset.init];
    if (typeof start !== 'function') { return; }
    new start(runtime, element, JSON.parse(element.dataset.args));
  });
}());
