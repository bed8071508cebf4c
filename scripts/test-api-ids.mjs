// test-api-ids URL KEY: writes schemathesis.toml, which tells the fuzzer ids of records that are there, so that it gets
// past "no such record". One id in five is still made up.
const [url, key] = process.argv.slice(2);

async function rows(path) {
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const body = await answer.json();
  return body.data ?? body;
}

const pipelines = await rows('/lead-pipelines');
const members = await rows('/members');
const leads = await rows('/leads?limit=200');
const dictionaries = {
  leads: leads.map((it) => it.id),
  pipelines: pipelines.map((it) => it.id),
  stages: pipelines.flatMap((it) => it.stages.map((stage) => stage.id)),
  members: members.map((it) => it.userId ?? it.id),
  roles: (await rows('/roles')).map((it) => it.id),
  teams: (await rows('/teams')).map((it) => it.id),
  fields: (await rows('/lead-fields')).map((it) => it.id),
};
const uses = [
  ['^/leads/\\{id\\}', { id: 'leads' }],
  ['^/lead-pipelines/\\{id\\}', { id: 'pipelines', stageId: 'stages' }],
  ['^/board/', { stageId: 'stages' }],
  ['^/(members|teams)/', { id: 'teams', userId: 'members' }],
  ['^/roles/', { id: 'roles' }],
  ['^/lead-fields/\\{id\\}', { id: 'fields' }],
];

for (const [name, values] of Object.entries(dictionaries)) {
  console.log(`[dictionaries.${name}]\nvalues = ${JSON.stringify(values.slice(0, 200))}\n`);
}
for (const [paths, parameters] of uses) {
  const bindings = Object.entries(parameters).filter(([, name]) => dictionaries[name].length > 0);
  const shown = bindings.map(([field, name]) => `${field} = { dictionary = "${name}", probability = 0.8 }`);
  console.log(`[[operations]]\ninclude-path-regex = '${paths}'\nparameters = { ${shown.join(', ')} }\n`);
}
