"""What a desktop asks of a server with identity providers."""

PROVIDERS = "/api/v1/organisations/identity-providers"
BEGIN, PROVE, ENTER = (f"/api/v1/auth/identity/{word}" for word in ("begin", "prove", "enter"))
OWN = "/api/v1/auth/identities"
PORT = 49_152


def begin(server, provider_id):
    return server.post(BEGIN, {"organisation": server.slug, "provider_id": provider_id, "port": PORT})


def prove(server, out, back, **more):
    body = {"organisation": server.slug, "flow_id": out["flow_id"], "flow_secret": out["flow_secret"]}
    return server.post(PROVE, {**body, **back, **more})


def enter(server, ticket, **more):
    return server.post(ENTER, {"organisation": server.slug, "ticket": ticket, "device": server.device().shown, **more})


def finish(server, out, back, **more):
    proved = prove(server, out, back, **more)
    return enter(server, proved.data["ticket"]) if proved.status == 200 else proved


def come_in(server, provider, provider_id, **changed):
    out = begin(server, provider_id).data
    return finish(server, out, provider.browse(out["address"], **changed))


def ama(server, **fields):
    return server.add_person("ama", ("student",), **{"email": "ama@km.example", **fields})
