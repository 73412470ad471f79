import { escapeHtml } from '../escape-html.ts';
import { pageOf } from '../http/page.ts';
import type { SignIn } from './sign-in.ts';

/** The page to choose a user. There is no password: this provider only runs locally. */
export const loginPage = ({ appName, users: known }: SignIn, action: string): string => {
  const form = (inner: string) => `<form method="post" action="${escapeHtml(action)}">${inner}</form>`;
  const users = known.map(
    ({ name, description }) =>
      `<li>${form(`<button name="name" value="${escapeHtml(name)}"><strong>${escapeHtml(name)}</strong> ${escapeHtml(description)}</button>`)}</li>`,
  );
  return pageOf(
    `Log in · ${appName}`,
    `<h1>Log in to the local ${escapeHtml(appName)}</h1>
<p>Choose a user. There is no password: this login only runs on your machine.</p>
<ul class="choices">${users.join('')}</ul>
${form('<label>Somebody else <input name="name" required maxlength="128" autocomplete="off"></label> <button>Log in</button>')}`,
  );
};
