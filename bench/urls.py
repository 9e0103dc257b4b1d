"""The register's addresses and one of a view that does nothing."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as register


@login_not_required
def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("nothing/", nothing), *register]
