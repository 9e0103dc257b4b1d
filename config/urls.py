"""Mounts every app's pages; an app's own addresses stand in its urls.py."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from audit.middleware import without_role
from audit.signing_in import OwnPasswordView, SignInView
from config.views import healthz

# There is one page to sign in, the admin's included.
admin_login = RedirectView.as_view(pattern_name="login", query_string=True)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("admin/login/", login_not_required(admin_login), name="admin_login"),
    path("admin/", admin.site.urls),
    path("accounts/login/", SignInView.as_view(), name="login"),
    path("accounts/logout/", without_role(auth_views.LogoutView.as_view()), name="logout"),
    path("accounts/password/", without_role(OwnPasswordView.as_view()), name="password_change"),
    path(
        "accounts/password/done/",
        without_role(auth_views.PasswordChangeDoneView.as_view()),
        name="password_change_done",
    ),
    path("", include("rotations.urls")),
    path("", include("rotations.secret_urls")),
    path("", include("inventory.people_urls")),
    path("", include("documents.urls")),
    path("", include("audit.urls")),
]
