import { pageOf } from '../http/page.ts';
import type { SignIn } from './sign-in.ts';

/**
 * Sends the provider's logout form at once: who asked the page to log them out has been asked. `form` is the provider's own
 * HTML, with the id that it gives it. The button is for who has no script.
 */
export const logoutPage = ({ appName }: SignIn, form: string): string =>
  pageOf(
    `Log out · ${appName}`,
    `<h1>Log out</h1>${form}<button form="op.logoutForm" name="logout" value="yes">Log out</button>
<script>document.querySelector('button').click()</script>`,
  );
