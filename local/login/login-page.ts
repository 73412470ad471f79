import { escapeHtml } from '../escape-html.ts';
import { pageOf } from '../http/page.ts';
import { LOCAL_USERS } from './users.ts';

/** Where one picks who to be. There is no password: this provider never leaves the machine. */
export const loginPage = (action: string): string => {
  const form = (inner: string) => `<form method="post" action="${escapeHtml(action)}">${inner}</form>`;
  const users = LOCAL_USERS.map(
    ({ name, description }) =>
      `<li>${form(`<button name="name" value="${escapeHtml(name)}"><strong>${escapeHtml(name)}</strong> ${escapeHtml(description)}</button>`)}</li>`,
  );
  return pageOf(
    'Log in',
    `<h1>Log in to the local Gatebell</h1>
<p>Choose who you are. There is no password; this login runs on your machine only.</p>
<ul class="choices">${users.join('')}</ul>
${form('<label>Somebody else <input name="name" required maxlength="128" autocomplete="off"></label> <button>Log in</button>')}`,
  );
};
