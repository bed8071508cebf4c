// The plain page that stands here until the web app: set up, sign in, look at the board.

// The colours that stages begin with have names in the style sheet, where the dark theme has its own shade of each.
const STAGE_COLOURS = {
  '#1a73d5': 'blue', '#b47520': 'amber', '#8054d6': 'purple', '#ca3f8d': 'pink', '#21914e': 'green', '#d33a3c': 'red',
};
const CARDS_PER_COLUMN = 20;

const byId = (id) => document.getElementById(id);
const views = ['setup', 'sign-in', 'join', 'reset', 'board'].map(byId);

/** Asks the server; a refusal is thrown as its problem document. */
async function ask(method, path, body) {
  let response;
  try {
    response = await fetch(`/api${path}`, {
      method,
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body && JSON.stringify(body),
    });
  } catch {
    throw { status: 0, detail: 'The server does not answer. Check that it is running, then try again.' };
  }
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw { status: response.status, ...answer };
  return answer;
}

function show(view) {
  for (const each of views) each.hidden = each.id !== view;
  byId('sign-out').hidden = view !== 'board';
  if (view !== 'board') byId('workspace').textContent = '';
  const title = byId(`${view}-title`).textContent;
  document.title = `${title} · Leadline`;
  byId(view).querySelector('input')?.focus();
}

function notice(problem) {
  const box = byId('notice');
  box.hidden = !problem;
  box.textContent = problem ? problem.detail || problem.title || 'Something went wrong; try again.' : '';
}

/** Puts the server's words beside the fields they are about; what fits no field goes to the notice. */
function mark(form, problem) {
  form.querySelectorAll('.wrong').forEach((words) => words.remove());
  form.querySelectorAll('[aria-invalid]').forEach((field) => field.removeAttribute('aria-invalid'));
  const entries = Object.entries(problem?.errors ?? {}).filter(([name]) => form.elements[name]);
  for (const [name, messages] of entries) {
    const field = form.elements[name];
    field.setAttribute('aria-invalid', 'true');
    const words = element('p', 'hint wrong', `This ${messages.join(', ')}.`);
    words.setAttribute('role', 'alert');
    field.after(words);
  }
  notice(entries.length > 0 ? null : problem);
  if (entries.length > 0) form.elements[entries[0][0]].focus();
}

function onSubmit(form, action) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    try {
      await action(Object.fromEntries(new FormData(form)));
      mark(form, null);
      form.reset();
      await start();
    } catch (problem) {
      mark(form, problem);
    } finally {
      button.disabled = false;
    }
  });
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

const number = new Intl.NumberFormat();

function money(value, currency) {
  try {
    return new Intl.NumberFormat(undefined, { style: 'currency', currency, maximumFractionDigits: 0 }).format(value);
  } catch {
    return `${number.format(value)} ${currency ?? ''}`.trim();
  }
}

function card(lead) {
  const item = element('li', 'card');
  item.append(element('strong', '', lead.name));
  const second = lead.company || lead.email || lead.phoneDisplay || lead.phone;
  if (second) item.append(element('span', '', second));
  const figures = element('span', 'figures');
  if (lead.value != null) figures.append(element('span', '', money(lead.value, lead.currency)));
  if (lead.score) figures.append(element('span', '', `Score ${lead.score}`));
  item.append(figures);
  return item;
}

function column(stage) {
  const { cards, count } = stage;
  const made = element('section', 'column');
  made.setAttribute('role', 'listitem');
  const named = STAGE_COLOURS[stage.color.toLowerCase()];
  if (!named) made.classList.add('own-colour');
  made.style.setProperty('--stage', named ? `var(--${named})` : stage.color);
  const mark = { won: '✓ ', lost: '✕ ' }[stage.type] ?? '';
  const title = element('h2', '', mark + stage.name);
  const shown = element('span', 'count', number.format(count));
  shown.setAttribute('aria-label', `${count} leads`);
  title.append(shown);
  const values = stage.sums.map((it) => money(it.amount, it.currency)).join(' · ');
  made.append(title, element('p', 'amount', values));
  if (cards.length === 0) {
    made.append(element('p', 'empty', 'No leads here.'));
    return made;
  }
  const list = element('ol');
  list.append(...cards.map(card));
  made.append(list);
  if (count > cards.length) made.append(element('p', 'more', `and ${number.format(count - cards.length)} more`));
  return made;
}

async function showBoard() {
  const board = await ask('GET', `/board?limit=${CARDS_PER_COLUMN}`);
  const total = board.stages.reduce((sum, stage) => sum + stage.count, 0);
  byId('board-title').textContent = board.pipeline.name;
  byId('board-total').textContent = total === 1 ? '1 lead' : `${number.format(total)} leads`;
  byId('columns').replaceChildren(...board.stages.map(column));
}

/** The link this page was opened by: an invitation, or a new password. */
function link() {
  const [, kind, token] = location.pathname.match(/^\/(join|reset)\/([^/]+)$/) ?? [];
  return { kind, token };
}

/** Its token has been used: from now on this is the plain page. */
function leaveLink() {
  history.replaceState(null, '', '/');
}

async function showInvitation(token) {
  const invitation = await ask('GET', `/invitations/${token}/preview`);
  const { workspaceName, roleName, email, hasAccount } = invitation;
  byId('join-what').textContent = hasAccount
    ? `${workspaceName} invites ${email} as ${roleName}. Sign in with your password to join.`
    : `${workspaceName} invites ${email} as ${roleName}. Choose a password to join.`;
  byId('join-newcomer').hidden = hasAccount;
  byId('join-name').disabled = hasAccount;
  byId('join-password-hint').hidden = hasAccount;
  byId('join-password').autocomplete = hasAccount ? 'current-password' : 'new-password';
  show('join');
}

/** Finds out where this browser stands and shows that. */
async function start() {
  const { kind, token } = link();
  if (kind === 'join') return showInvitation(token);
  if (kind === 'reset') return show('reset');
  try {
    const session = await ask('GET', '/session');
    byId('workspace').textContent = session.workspace.name;
    await showBoard();
    notice(null);
    show('board');
  } catch (problem) {
    if (problem.status !== 401) return notice(problem);
    const { needed } = await ask('GET', '/setup');
    show(needed ? 'setup' : 'sign-in');
  }
}

onSubmit(byId('setup'), (fields) => ask('POST', '/setup', fields));
onSubmit(byId('sign-in'), (fields) => ask('POST', '/session', fields));
onSubmit(byId('join'), (fields) => ask('POST', `/invitations/${link().token}/accept`, fields).then(leaveLink));
onSubmit(byId('reset'), (fields) => ask('POST', `/password-resets/${link().token}`, fields).then(leaveLink));
byId('sign-out').addEventListener('click', async () => {
  await ask('DELETE', '/session').catch(notice);
  await start();
});
byId('refresh').addEventListener('click', () => showBoard().then(() => notice(null), notice));
start().catch(notice);
