"""Errors as OpenAI's clients expect them, made from the problems of all other routes."""

import json

import structlog
from starlette.requests import Request
from starlette.responses import Response

from service.schemas.doors import chat
from service.schemas.problems import Problem, from_error
from service.web.error_handlers import respond
from service.web.guard import GuardedRoute, Handler

_OWN = ("content-length", "content-type")  # headers that the problem has for itself
log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


class ChatRoute(GuardedRoute):
    """A route with the guard of questions, whose errors have OpenAI's form."""

    most_values = chat.MAX_VALUES

    def get_route_handler(self) -> Handler:
        """The route, behind its guard and its errors."""
        handler = super().get_route_handler()

        async def translated(request: Request) -> Response:
            try:
                return await handler(request)
            except Exception as error:
                return _translate(await _problem_reply(request, error))

        return translated


async def _problem_reply(request: Request, error: Exception) -> Response:
    """What any other route would reply."""
    handlers = request.app.exception_handlers
    handler = next((handlers[base] for base in type(error).__mro__ if base in handlers), None)
    if handler is None:
        log.exception("unexpected error")
        return respond(from_error(error))
    response: Response = await handler(request, error)
    return response


def _translate(response: Response) -> Response:
    problem = Problem.model_validate(json.loads(bytes(response.body)))
    status = 400 if problem.status == 422 else problem.status
    # Only the model can be unknown here.
    code = "model_not_found" if status == 404 else problem.type.rpartition(":")[2].replace("-", "_")
    named = ".".join(map(str, problem.errors[0].loc)) if problem.errors else None
    error = chat.ChatError(
        message=problem.detail,
        type="invalid_request_error" if status < 500 else "server_error",
        param="model" if status == 404 else named,
        code=code,
    )
    headers = {name: value for name, value in response.headers.items() if name not in _OWN}
    return Response(chat.ChatErrorReply(error=error).model_dump_json(), status, headers, "application/json")
